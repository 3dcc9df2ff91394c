import { ExactNumber } from "./exact-number.ts";
import type { JsonObject, JsonValue } from "./parse-json.ts";

/** What must not stand plainly in JSON that a browser may take for HTML or a script. */
const SPECIAL = /[<>&\u2028\u2029]/g;
/** Texts of these alone need no escape, and most are. */
const PLAIN = /^[ !#-%'-;=?-[\]-~\u00a1-\u1fff]*$/;

/** As Go writes it: keys sorted, `<`, `>`, `&` and both line separators escaped, no white space. */
export function writeJson(value: JsonValue): string {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "null";
  if (value instanceof ExactNumber) return value.text;
  return Array.isArray(value)
    ? writeList(value as readonly JsonValue[])
    : writeObject(value as JsonObject);
}

function writeText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll(
    SPECIAL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function writeList(items: readonly JsonValue[]): string {
  let text = "[";
  for (let i = 0; i < items.length; i += 1) {
    text += i === 0 ? writeJson(items[i] ?? null) : `,${writeJson(items[i] ?? null)}`;
  }
  return `${text}]`;
}

function writeObject(object: JsonObject): string {
  let text = "{";
  for (const key of Object.keys(object).toSorted()) {
    const entry = `${writeText(key)}:${writeJson(object[key] ?? null)}`;
    text += text.length === 1 ? entry : `,${entry}`;
  }
  return `${text}}`;
}
