import { ExactNumber } from "./exact-number.ts";
import type { JsonValue } from "./parse-json.ts";

/** A value as plain text: lists joined by commas; nothing of null and of objects. */
export function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof ExactNumber) return value.text;
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(textOf).join(",") : "";
}
