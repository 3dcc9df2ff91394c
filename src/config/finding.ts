import type { Position } from "./config-node.ts";

/** One thing that is wrong with a configuration. Never holds a secret, nor any value that may be one. */
export interface Finding {
  readonly at: Position;
  /** `storage.retention_time`, `tenants[0].clients[2].scopes`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what is allowed, in lower case, without a full stop. */
  readonly message: string;
}

/** `gaugeway.yaml:12:5: storage.retention_tme: unknown key; did you mean retention_time?` */
export function formatFinding(finding: Finding): string {
  const { at, path, message } = finding;
  const place = at.kind === "file" ? `${at.file}:${at.line}:${at.column}` : at.name;
  return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}

/** In reading order: by file as first met, then by line and column. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.map((finding) => fileOf(finding.at)))];
  const rank = (at: Position): readonly [number, number, number] => [
    files.indexOf(fileOf(at)),
    at.kind === "file" ? at.line : 0,
    at.kind === "file" ? at.column : 0,
  ];
  return findings.toSorted((left, right) => {
    const [a, b] = [rank(left.at), rank(right.at)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  });
}

function fileOf(at: Position): string {
  return at.kind === "file" ? at.file : at.name;
}
