import type { Secret } from "#lib/secret";
import type { TextSource } from "#sources";

/** The value given in place, or the file that holds it; null where there is neither. */
export function textSource(value: string | Secret | null, file: string | null): TextSource | null {
  if (file !== null) return { kind: "file", path: file };
  if (value === null || value === "") return null;
  return { kind: "inline", value: typeof value === "string" ? value : value.reveal() };
}
