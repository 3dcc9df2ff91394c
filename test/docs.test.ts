/**
 * What the pages say is true: examples of configuration are loaded, generated pages are what the
 * source says now, and every error code has its line. Blocks of shell are run by the end-to-end
 * tests.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type ConfigChecks, formatFinding, loadConfig } from "#config";
import { collectErrorCodes } from "../scripts/docs/error-codes.ts";
import { generatePages, sourceFiles } from "../scripts/generate-docs.ts";

interface Block {
  readonly page: string;
  readonly line: number;
  /** What follows the three backticks: `yaml gaugeway.yaml`. */
  readonly info: string;
  readonly text: string;
}

function blocksOf(page: string, markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```$/gm), (block) => ({
    page,
    line: markdown.slice(0, block.index).split("\n").length,
    info: (block[1] ?? "").trim(),
    text: block[2] ?? "",
  }));
}

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].flatMap((path) => {
  try {
    return [{ path, text: readFileSync(path, "utf8") }];
  } catch {
    return [];
  }
});

const folder = mkdtempSync(join(tmpdir(), "gaugeway-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const checks: ConfigChecks = {
  selector: () => null,
  regex: () => null,
  scope: () => null,
  clientId: () => null,
  clientSecret: () => null,
};

/** Marked as such, or plainly with sections that only our file has. */
function isExample({ info, text }: Block): boolean {
  return (
    info === "yaml gaugeway.yaml" ||
    (info === "yaml" && /^(?:tenants|storage|server|operator|metrics_endpoint|log):/m.test(text))
  );
}

/** An example may name variables and secret files that only its reader has. */
function findingsIn(example: string): string[] {
  const text = example.replaceAll(/(_file: )\/\S*\/(?=[\w.-]+$)/gm, "$1");
  for (const [, path = ""] of text.matchAll(/secret_file: ([\w.-]+)$/gm)) {
    writeFileSync(join(folder, path), "a secret for an example");
  }
  const names = Array.from(text.matchAll(/\$\{(\w+)\}/g), (match) => match[1] ?? "");
  const env = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
  const file = join(folder, "gaugeway.yaml");
  writeFileSync(file, text);
  const result = loadConfig({ file, env, checks });
  return result.kind === "refused" ? result.findings.map(formatFinding) : [];
}

describe("examples of gaugeway.yaml", () => {
  const examples = pages.flatMap(({ path, text }) => blocksOf(path, text)).filter(isExample);

  test("are found, and a wrong one would be refused", () => {
    expect(examples.length).toBeGreaterThan(0);
    const [block] = blocksOf("a.md", "text\n```yaml gaugeway.yaml\nstorag: {}\n```\n");
    expect(block).toMatchObject({ info: "yaml gaugeway.yaml", line: 2 });
    expect(findingsIn(block?.text ?? "")).toHaveLength(1);
  });

  test.each(examples)("$page:$line is valid", ({ text }) => {
    expect(findingsIn(text)).toEqual([]);
  });
});

describe("generated pages", () => {
  test("are what the source says now (else: npm run docs)", async () => {
    const generated = await generatePages();
    expect(generated.size).toBeGreaterThan(2);
    const stale = [...generated].filter(
      ([path, page]) => pages.find((one) => one.path === path)?.text !== page,
    );
    expect(stale.map(([path]) => path)).toEqual([]);
  });
});

function partFile(text: string): { path: string; text: string } {
  return { path: "src/part/errors.ts", text };
}

describe("error codes", () => {
  const text = pages.find(({ path }) => path === "docs/reference/errors.md")?.text ?? "";
  const documented = Array.from(text.matchAll(/^\| `(\w+)` \|/gm), (row) => row[1] ?? "");
  const inSource = collectErrorCodes(sourceFiles()).map(({ code }) => code);

  test("of the source are on the page", () => {
    expect(inSource.length).toBeGreaterThan(40);
    expect(inSource.filter((code) => !documented.includes(code))).toEqual([]);
  });

  test("on the page are in the source", () => {
    const everything = sourceFiles()
      .map((file) => file.text)
      .join("\n");
    const mentioned = (code: string): boolean =>
      everything.includes(`"${code}"`) || new RegExp(`^ +${code}:`, "m").test(everything);
    expect(documented.filter((code) => !mentioned(code))).toEqual([]);
  });

  test("are found however a part declares them", () => {
    const found = collectErrorCodes([
      partFile('export const PART_ERRORS = {\n  by_table: "From a table.",\n} as const;\n'),
      partFile('export type PartCode =\n  /** From a union. */\n  | "by_union"\n  | "bare";\n'),
      partFile(
        '/** From a class. More. */\nexport class AError extends OperatingError {\n  constructor() {\n    super("by_class", "text");\n  }\n}\n',
      ),
      partFile('throw new OperatingError("by_message", `The ${thing} is full.`);\n'),
      partFile('throw new TypeError("not_ours", "x");\n'),
    ]);
    expect(found.map(({ code, meaning }) => `${code}: ${meaning}`)).toEqual([
      "bare: ",
      "by_class: From a class.",
      "by_message: The … is full.",
      "by_table: From a table.",
      "by_union: From a union.",
    ]);
  });
});
