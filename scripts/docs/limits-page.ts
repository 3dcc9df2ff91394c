import { keyReference } from "#config";
import { formatByteSize } from "#lib/byte-size";
import { formatDuration } from "#lib/duration";
import type { SourceFile } from "./error-codes.ts";
import { code, GENERATED, markdownTable } from "./markdown.ts";

const INTRODUCTION = `# Limits

${GENERATED}

Everything that a client, a target or a file could make grow has a limit. What is over it is refused as a whole and with a code
([errors](errors.md)), never cut short. The first table can be changed in [gaugeway.yaml](configuration.md); the others are fixed.
`;

/** A `limits.ts` of a part: its text for names and comments, its exports for the values. */
export interface LimitsModule {
  readonly file: SourceFile;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** docs/reference/limits.md */
export function limitsPage(modules: readonly LimitsModule[]): string {
  return [INTRODUCTION, configurableText(), ...modules.map(moduleText)].join("\n");
}

const LIMIT_KEY =
  /(?:_max|_min|_limit|_timeout|_window|_tolerance|retention_\w+|lookback|_per_minute)$/;

function configurableText(): string {
  const rows = keyReference()
    .flatMap((group) => group.rows)
    .filter((row) => LIMIT_KEY.test(row.name) && row.group === null)
    .map((row) => [
      code(row.path),
      row.defaultText === null ? "" : code(row.defaultText),
      row.allowed,
      row.doc,
    ]);
  return `## Configurable\n\n${markdownTable(["key", "default", "allowed", "what it limits"], rows)}\n`;
}

function moduleText({ file, exports }: LimitsModule): string {
  const members = file.text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export const |readonly )?(\w+)(?::| =)/g,
  );
  const rows = Array.from(members).flatMap(([, comment = "", name = ""]) => {
    const value = valueOf(exports, name);
    if (value === undefined) return [];
    return [[code(name), formatLimit(name, value), commentText(comment)]];
  });
  const place = file.path.replace(/^src\//, "").replace(/\/limits\.ts$/, "");
  return `## ${place}\n\n${markdownTable(["limit", "value", "what it limits"], rows)}\n`;
}

function valueOf(exports: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const holders = [exports, ...Object.values(exports)];
  for (const holder of holders) {
    if (typeof holder !== "object" || holder === null) continue;
    const value = (holder as Readonly<Record<string, unknown>>)[name];
    if (typeof value === "number") return value;
  }
  return undefined;
}

function formatLimit(name: string, value: number): string {
  if (/(?:Ms|_MS)$/i.test(name))
    return Number.isInteger(value) ? formatDuration(value) : String(value);
  if (/bytes/i.test(name) && value >= 1024) return formatByteSize(value);
  return value.toLocaleString("en-US");
}

function commentText(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim();
}
