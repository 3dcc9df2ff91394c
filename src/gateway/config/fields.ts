/**
 * Reads the keys of one object of the configuration. Every reader takes a default and, where what
 * stands there is no such value, reports it with its path and with what is allowed, and goes on
 * with the default: so one look finds everything that is wrong. A key that nobody has read by
 * `finish` is one that we do not know.
 */
import type { Findings } from "./finding.ts";
import { GO_DURATION, parseGoDuration } from "./go-duration.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Keys that are comments. */
const COMMENT = /^[@$_#]/;

export interface Range {
  readonly min: number;
  readonly max: number;
}

export function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What kind of value this is, for messages. The value itself may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { string: "a text", number: "a number", boolean: "a boolean" }[typeof value as string] ??
    "an object"
  );
}

export class Fields {
  readonly path: string;
  readonly findings: Findings;
  readonly #raw: Raw;
  readonly #read = new Set<string>();

  constructor(raw: Raw, path: string, findings: Findings) {
    this.#raw = raw;
    this.path = path;
    this.findings = findings;
  }

  pathOf(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  refuse(key: string, message: string): void {
    this.findings.refuse(this.pathOf(key), message);
  }

  warn(key: string, message: string): void {
    this.findings.warn(this.pathOf(key), message);
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** The value as it stands there; null counts as absent. */
  raw(key: string): unknown {
    this.#read.add(key);
    return Object.hasOwn(this.#raw, key) ? (this.#raw[key] ?? undefined) : undefined;
  }

  string<T extends string | null>(key: string, absent: T): string | T {
    const value = this.raw(key);
    if (value === undefined || typeof value === "string") return value ?? absent;
    return this.#unexpected(key, "a text", value, absent);
  }

  boolean(key: string, absent: boolean): boolean {
    const value = this.raw(key);
    if (value === undefined || typeof value === "boolean") return value ?? absent;
    return this.#unexpected(key, "true or false", value, absent);
  }

  number<T extends number | null>(key: string, absent: T, range: Range): number | T {
    return this.#number(key, absent, range, "a number");
  }

  integer<T extends number | null>(key: string, absent: T, range: Range): number | T {
    return this.#number(key, absent, range, "a whole number");
  }

  #number<T extends number | null>(key: string, absent: T, range: Range, noun: string): number | T {
    const value = this.raw(key);
    if (value === undefined) return absent;
    const fits =
      typeof value === "number" &&
      value >= range.min &&
      value <= range.max &&
      (noun === "a number" || Number.isInteger(value));
    if (fits) return value;
    const bound = range.max === Number.MAX_SAFE_INTEGER ? "" : ` to ${range.max}`;
    return this.#unexpected(key, `${noun} from ${range.min}${bound}`, value, absent);
  }

  /** Milliseconds. A bare number is nanoseconds, as Go has it. */
  duration<T extends number | null>(key: string, absent: T): number | T {
    const value = this.raw(key);
    if (value === undefined) return absent;
    const durationMs =
      typeof value === "string"
        ? parseGoDuration(value)
        : typeof value === "number"
          ? value / 1e6
          : null;
    if (durationMs !== null && durationMs >= 0) return durationMs;
    return this.#unexpected(key, GO_DURATION, value, absent);
  }

  choice<T extends string>(key: string, allowed: readonly T[], absent: T): T {
    const value = this.raw(key);
    if (value === undefined) return absent;
    const found = allowed.find((word) => word === value);
    return found ?? this.#unexpected(key, `one of ${allowed.join(", ")}`, value, absent);
  }

  strings<T extends readonly string[] | null>(key: string, absent: T): readonly string[] | T {
    const value = this.raw(key);
    if (value === undefined) return absent;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    return this.#unexpected(key, "a list of texts", value, absent);
  }

  /** Texts by name. */
  texts(key: string): Readonly<Record<string, string>> {
    const value = this.raw(key);
    if (value === undefined) return {};
    if (isObject(value) && Object.values(value).every((item) => typeof item === "string")) {
      return value as Readonly<Record<string, string>>;
    }
    return this.#unexpected(key, "an object of texts", value, {});
  }

  object(key: string): Raw | null {
    const value = this.raw(key);
    if (value === undefined || isObject(value)) return value ?? null;
    return this.#unexpected(key, "an object", value, null);
  }

  /** The object below as fields of its own; null where it is absent. */
  fields(key: string): Fields | null {
    const value = this.object(key);
    return value === null ? null : new Fields(value, this.pathOf(key), this.findings);
  }

  list(key: string): readonly Fields[] {
    const value = this.raw(key);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every(isObject)) {
      return value.map(
        (item, index) => new Fields(item, `${this.pathOf(key)}[${index}]`, this.findings),
      );
    }
    return this.#unexpected(key, "a list of objects", value, []);
  }

  /** Warns of keys that nobody asked for; `unsupported` are those we know and do not have. */
  finish(unsupported: readonly string[] = []): void {
    for (const key of Object.keys(this.#raw)) {
      if (this.#read.has(key) || COMMENT.test(key)) continue;
      this.warn(key, unsupported.includes(key) ? "has no effect here" : "unknown key, ignored");
    }
  }

  #unexpected<T>(key: string, allowed: string, value: unknown, absent: T): T {
    this.refuse(key, `expected ${allowed}, not ${described(value)}`);
    return absent;
  }
}

/** Numbers and booleans are quoted in messages; texts only where they are short words. */
function described(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string" && /^[\w.:/ -]{0,40}$/.test(value)) return JSON.stringify(value);
  return kindOf(value);
}
