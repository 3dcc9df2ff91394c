/**
 * A configuration as a tree of text with positions. YAML is read into it, flags and defaults are
 * built as it, and the key table reads out of it: so every finding can say where its value came
 * from. Types are not decided here; `15` is text until a key says that it wants a number.
 */

/** Where a piece of configuration stands; line and column count from 1. */
export interface FilePosition {
  readonly kind: "file";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A command line flag, or the built-in default. */
interface OtherPosition {
  readonly kind: "flag" | "default";
  readonly name: string;
}

export type Position = FilePosition | OtherPosition;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly at: Position;
  readonly text: string;
  /** Quoted text is never a number, a boolean or empty. */
  readonly quoted: boolean;
  /** Holds something from the environment, so findings must not quote it. */
  readonly interpolated: boolean;
  /** A variable in it is not set, which has been reported; nothing else can be said of it. */
  readonly unset: boolean;
}

export interface MapEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: ConfigNode;
}

export interface MapNode {
  readonly kind: "map";
  readonly at: Position;
  readonly entries: readonly MapEntry[];
}

export interface ListNode {
  readonly kind: "list";
  readonly at: Position;
  readonly items: readonly ConfigNode[];
}

export type ConfigNode = ScalarNode | MapNode | ListNode;

const DEFAULT_AT: Position = { kind: "default", name: "default" };

export function textNode(text: string, at: Position = DEFAULT_AT): ScalarNode {
  return { kind: "scalar", at, text, quoted: false, interpolated: false, unset: false };
}

export function emptyMap(at: Position = DEFAULT_AT): MapNode {
  return { kind: "map", at, entries: [] };
}

export function emptyList(at: Position = DEFAULT_AT): ListNode {
  return { kind: "list", at, items: [] };
}

/** `key:` with nothing behind it, or one of YAML's words for nothing. */
export function isEmptyScalar(node: ConfigNode): boolean {
  return node.kind === "scalar" && !node.quoted && /^(?:|~|null|Null|NULL)$/.test(node.text);
}
