import { knownErrorCodes, statusOfCode } from "../../src/http/error-status.ts";
import { collectErrorCodes, type SourceFile } from "./error-codes.ts";
import { code, GENERATED, markdownTable } from "./markdown.ts";

const INTRODUCTION = `# Errors

${GENERATED}

Every error that an operator or a client can meet has a stable code. It stands in the log, and in answers where their format has room for
it. The message beside it is for people and may change. *Status* is what an HTTP client gets where the error answers a request; an error
without one does not reach clients, or does so as 500.
`;

/** docs/reference/errors.md */
export function errorsPage(files: readonly SourceFile[]): string {
  const answered = new Set(knownErrorCodes());
  const codes = collectErrorCodes(files);
  const parts = [...new Set(codes.map(({ part }) => part))];
  const tables = parts.map((part) => {
    const rows = codes
      .filter((row) => row.part === part)
      .map((row) => {
        const status = answered.has(row.code) ? statusOfCode(row.code) : null;
        const meaning = row.meaning === "" ? (status?.text ?? "") : row.meaning;
        return [code(row.code), status === null ? "" : String(status.status), meaning];
      });
    return `## ${part}\n\n${markdownTable(["code", "status", "meaning"], rows)}\n`;
  });
  const made = new Set(codes.map((row) => row.code));
  const others = [...answered]
    .filter((name) => !made.has(name))
    .toSorted((a, b) => a.localeCompare(b));
  const rest = others.map((name) => {
    const status = statusOfCode(name);
    return [code(name), String(status.status), status.text];
  });
  const answers = `## answers only\n\n${markdownTable(["code", "status", "meaning"], rest)}\n`;
  return [INTRODUCTION, ...tables, ...(rest.length > 0 ? [answers] : [])].join("\n");
}
