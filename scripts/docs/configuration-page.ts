import { type KeyGroup, type KeyRow, keyReference } from "#config";
import { anchorOf, code, GENERATED, markdownTable } from "./markdown.ts";

const INTRODUCTION = `# Configuration

${GENERATED}

\`gaugeway.yaml\` is read at start and checked as a whole: every key that is unknown, missing, out of range or contradicts another is told
with file, line, column and what is allowed, and nothing starts. \`gaugeway check-config\` does the same without starting. Without a file
everything has the defaults below.

* **Durations** are written as in Prometheus: \`30s\`, \`1h30m\`, \`15d\`. **Sizes** too: \`512MB\`, \`2GB\`, in powers of 1024.
* **Paths** are relative to the folder of the file they stand in.
* **The environment**: \`\${NAME}\` in any value, \`\${NAME:-fallback}\` for one that may be missing; \`$\${NAME}\` is the text \`\${NAME}\`.
  \`$1\` and \`\${1}\` are left alone, so relabel replacements work as they are.
* **Secrets** can stand in a file of their own: \`secret_file: path\` in place of \`secret\`. They are never printed.
* **Reloading**: on SIGHUP and when one of its files changes. Keys marked *live* take effect then; the others are reported and wait for a restart. A file that is refused changes nothing.
* **\`global\` and \`scrape_configs\`** have Prometheus' own syntax and can be pasted from a \`prometheus.yml\`. What is not supported is refused by name.

A small example:

\`\`\`yaml gaugeway.yaml
storage:
  path: data
  retention_time: 30d

scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["localhost:9100"]

tenants:
  - name: acme
    entitlement:
      selectors: ['{customer="acme"}']
      drop_labels: [customer]
    clients:
      - name: prometheus
        id: acme-prometheus
        secret: \${ACME_SECRET}
        scopes: [metrics.read]
\`\`\`
`;

/** docs/reference/configuration.md */
export function configurationPage(): string {
  const groups = keyReference();
  return [INTRODUCTION, ...groups.map(groupText)].join("\n");
}

function groupText(group: KeyGroup): string {
  const rows = group.rows.map((row) => [
    code(row.name),
    allowedText(row),
    defaultText(row),
    row.reload,
    row.doc,
  ]);
  const table = markdownTable(["key", "value", "default", "reload", "what it does"], rows);
  if (group.path === "") return `## Sections\n\n${table}\n`;
  const depth = group.path.includes(".") || group.path.includes("[]") ? "###" : "##";
  const level = group.path.endsWith("[]") && !group.path.includes(".") ? "##" : depth;
  return `${level} ${headingOf(group.path)}\n\n${group.doc}\n\n${table}\n`;
}

function headingOf(path: string): string {
  return `\`${path}\``;
}

function allowedText(row: KeyRow): string {
  const file = row.takesFile ? `; or ${code(`${row.name}_file`)}` : "";
  if (row.group === null) return row.allowed + file;
  const link = `[${code(row.group)}](#${anchorOf(row.group)})`;
  return row.group.endsWith("[]") ? `a list of ${link}` : link;
}

function defaultText(row: KeyRow): string {
  if (row.required) return "**required**";
  return row.defaultText === null ? "" : code(row.defaultText);
}
