import { ExactNumber } from "./exact-number.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | ExactNumber
  | readonly JsonValue[]
  | JsonObject;

/** Has no prototype where we made it, so that no key of a stranger means anything to us. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * What a number looks like that does not come back from a double as it was written: 16 digits and
 * more, exponents, trailing zeros of a fraction, many leading ones, a negative zero. Texts may look
 * so, too; then the slow way is taken for nothing.
 */
const INEXACT = /[\d.]{16}|\d[eE][-+\d]|\.\d*0(?!\d)|\.0{5}|-0(?![.\d])/;

/** Throws SyntaxError. Numbers keep their text. */
export function parseJson(text: string): JsonValue {
  if (!INEXACT.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, keepExact) as JsonValue;
}

/** The source of a primitive: ECMAScript's «JSON.parse source text access». */
interface ReviverContext {
  readonly source?: string;
}

function keepExact(_key: string, value: unknown, { source }: ReviverContext = {}): unknown {
  if (typeof value !== "number" || source === undefined || String(value) === source) return value;
  return new ExactNumber(source);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

export function emptyJsonObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

export function isEmptyObject(object: JsonObject): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return false;
  return true;
}
