/**
 * The language in which the keys of the configuration are declared. One declaration of a key
 * carries its type, its range, its default and its description; the validator, the typed result,
 * the comparison of two configurations and the reference page all come from it.
 */
import { type ConfigNode, emptyList, emptyMap, type Position, textNode } from "../config-node.ts";

/** A value that could not be read; what was wrong has been reported. */
export const INVALID: unique symbol = Symbol("invalid");
export type Invalid = typeof INVALID;

/**
 * Judgements that other parts make, given by whoever wires the program: configuration may not
 * import them. Each returns the reason for a refusal, without quoting secrets, or null.
 */
export interface ConfigChecks {
  /** A PromQL vector selector. */
  readonly selector: (text: string) => string | null;
  /** An RE2 expression. */
  readonly regex: (text: string) => string | null;
  /** A scope that clients of such an owner may hold. */
  readonly scope: (owner: "tenant" | "operator", text: string) => string | null;
  readonly clientId: (text: string) => string | null;
  readonly clientSecret: (text: string) => string | null;
}

/** What reading a value may need besides the value. */
export interface Reader {
  readonly checks: ConfigChecks;
  report(at: Position, path: string, message: string): void;
  /** An absolute path; relative ones start at the folder of the file they stand in. */
  resolvePath(at: Position, path: string): string;
  /** The text of a secret file without its last line break; null where it was reported. */
  readSecretFile(at: Position, path: string, name: string): string | null;
}

/** How a value is built, for those who walk the table. */
type Shape =
  | { readonly kind: "scalar" }
  | { readonly kind: "secret" }
  | { readonly kind: "section"; readonly keys: KeyTable }
  | { readonly kind: "list"; readonly items: Schema<unknown> }
  | { readonly kind: "map"; readonly values: Schema<unknown> };

export interface Schema<T> {
  /** What may stand there, to follow «expected»: `a duration such as 5m, from 1s to 1h`. */
  readonly allowed: string;
  readonly shape: Shape;
  read(node: ConfigNode, path: string, reader: Reader): T | Invalid;
}

/** When a changed value takes effect: on reload, or only with a new process. */
export type Reload = "live" | "restart";

export interface Key<T> {
  readonly schema: Schema<unknown>;
  /** One line for the reference: what it does, why one would change it. */
  readonly doc: string;
  /** Undefined: as the section it stands in. */
  readonly reload: Reload | undefined;
  /** What an absent key means: refused, null, or this. */
  readonly absent: "refused" | "null" | ConfigNode;
  /** Carries the type; there is no value. */
  readonly type?: T;
}

export type KeyTable = Readonly<Record<string, Key<unknown>>>;

/** The values of a table of keys. */
export type ValuesOf<Table extends KeyTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Key<infer T> ? T : never;
};

/** The value a schema reads. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

interface KeyOptions {
  readonly reload?: Reload;
}

/** A key that must be there. */
export function required<T>(schema: Schema<T>, doc: string, options?: KeyOptions): Key<T> {
  return { schema, doc, reload: options?.reload, absent: "refused" };
}

/** A key that may be left out: null then. */
export function optional<T>(schema: Schema<T>, doc: string, options?: KeyOptions): Key<T | null> {
  return { schema, doc, reload: options?.reload, absent: "null" };
}

/** A key with a default, written as one would write it in the file. */
export function defaulted<T>(
  schema: Schema<T>,
  text: string,
  doc: string,
  options?: KeyOptions,
): Key<T> {
  return { schema, doc, reload: options?.reload, absent: textNode(text) };
}

/** A section or list that is there even if nobody writes it: then with its defaults, or empty. */
export function present<T>(schema: Schema<T>, doc: string, options?: KeyOptions): Key<T> {
  const absent = schema.shape.kind === "list" ? emptyList() : emptyMap();
  return { schema, doc, reload: options?.reload, absent };
}
