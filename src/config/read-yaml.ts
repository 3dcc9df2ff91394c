/**
 * YAML text into a configuration tree with positions. The `yaml` library parses; this file decides
 * what of YAML a configuration may use, and says what is wrong without ever quoting the text: a
 * line with a syntax error is often the line with the password.
 *
 * Anchors, aliases and merge keys (`<<`) work, as in Prometheus; tags and several documents do not.
 * Aliases are expanded here with a count, because nine lines can stand for a billion nodes.
 */
import { isUtf8 } from "node:buffer";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import {
  type ConfigNode,
  emptyMap,
  type FilePosition,
  type MapEntry,
  type MapNode,
  textNode,
} from "./config-node.ts";
import type { Finding } from "./finding.ts";
import { type Environment, interpolate } from "./interpolate.ts";
import { joinPath } from "./key-path.ts";

/** Nodes of one file after aliases are expanded. */
const NODES_MAX = 200_000;
/** Collections inside collections. */
const DEPTH_MAX = 64;

/** The library's codes in our words; its own messages may quote the text. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: "an alias (*) or anchor (&) has no usable name; put quotes around a value with * or &",
  BAD_DQ_ESCAPE: "unknown \\ escape in double quotes; write \\\\ or use single quotes",
  BAD_INDENT: "the indentation does not fit the lines above",
  BAD_SCALAR_START: "a value may not start with this character; put quotes around it",
  BLOCK_AS_IMPLICIT_KEY: "a key is nested where a plain value stands; check indentation and colons",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  MISSING_CHAR: "a quote, bracket, colon or space is missing",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line; is a colon or a quote missing?",
  MULTIPLE_DOCS: "only one YAML document is allowed; remove the second --- line",
  RESOURCE_EXHAUSTION: "nested too deeply",
  TAB_AS_INDENT: "a tab is used for indentation; YAML wants spaces",
  TAG_RESOLVE_FAILED: "tags (!) are not supported; put quotes around a value that starts with !",
  BAD_DIRECTIVE: "directives (%) are not supported; put quotes around a value that starts with %",
};

export interface YamlReading {
  /** Null where the text could not be read as a whole. */
  readonly root: MapNode | null;
  readonly findings: readonly Finding[];
}

/** Decodes and reads one file; `file` is its name as findings should show it. */
export function readYaml(bytes: Uint8Array, file: string, env: Environment): YamlReading {
  const fail = (message: string, line = 1): YamlReading => ({
    root: null,
    findings: [{ at: { kind: "file", file, line, column: 1 }, path: "", message }],
  });
  if (bytes.length >= 2 && (bytes[0] === 0xff || bytes[0] === 0xfe) && bytes[1] !== bytes[0]) {
    return fail("the file is UTF-16; save it as UTF-8");
  }
  if (!isUtf8(bytes)) return fail("the file is not UTF-8", lineOfBadByte(bytes));
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") {
    // An editor or a full disk may leave a file empty for a moment; defaults must be asked for.
    return fail("the file is empty; write `{}` to start with defaults, or remove the file");
  }
  return readText(text, file, env);
}

function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line;
    line += 1;
    start = end + 1;
  }
  return line;
}

function readText(text: string, file: string, env: Environment): YamlReading {
  const lines = new LineCounter();
  const positionOf = (offset: number): FilePosition => {
    const { line, col } = lines.linePos(offset);
    return { kind: "file", file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Keys are compared in `readMap`: the library's own check takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
    uniqueKeys: false,
    logLevel: "error",
  });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return { root: null, findings: syntaxFindings(problems, positionOf) };
  }
  const reader = new TreeReader(positionOf, env);
  const root = reader.readRoot(document);
  return { root: reader.gaveUp ? null : root, findings: reader.findings };
}

/** One finding a line: after the first mistake of a line the others are its echoes. */
function syntaxFindings(
  problems: readonly YAMLError[],
  positionOf: (offset: number) => FilePosition,
): Finding[] {
  const byLine = new Map<number, Finding>();
  for (const problem of problems.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const at = positionOf(problem.pos[0]);
    const message = SYNTAX[problem.code] ?? "this is not valid YAML here";
    if (!byLine.has(at.line)) byLine.set(at.line, { at, path: "", message });
  }
  return [...byLine.values()];
}

/** Where the walk is: the path of keys, and how many collections and aliases it is inside of. */
interface Place {
  readonly path: string;
  readonly depth: number;
}

const ROOT: Place = { path: "", depth: 0 };

function below(place: Place, path: string): Place {
  return { path, depth: place.depth + 1 };
}

/** Walks the parsed document in order, so that an alias always finds the anchor before it. */
class TreeReader {
  readonly findings: Finding[] = [];
  gaveUp = false;
  readonly #positionOf: (offset: number) => FilePosition;
  readonly #env: Environment;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodeCount = 0;

  constructor(positionOf: (offset: number) => FilePosition, env: Environment) {
    this.#positionOf = positionOf;
    this.#env = env;
  }

  readRoot(document: Document.Parsed): MapNode | null {
    const { contents } = document;
    // A file of comments only is a configuration of defaults.
    if (contents === null || (isScalar(contents) && contents.source === "")) {
      return emptyMap(this.#positionOf(0));
    }
    const root = this.#read(contents, ROOT);
    if (root.kind === "map") return root;
    this.#report(contents, ROOT, "expected keys such as `server:` at the top of the file");
    return null;
  }

  #report(node: Node, place: Place, message: string): void {
    this.findings.push({ at: this.#at(node), path: place.path, message });
  }

  #at(node: Node): FilePosition {
    return this.#positionOf(node.range?.[0] ?? 0);
  }

  #giveUp(node: Node, place: Place, message: string): ConfigNode {
    if (!this.gaveUp) this.#report(node, place, message);
    this.gaveUp = true;
    return emptyMap();
  }

  #read(node: Node, place: Place): ConfigNode {
    this.#nodeCount += 1;
    if (this.gaveUp) return emptyMap();
    if (this.#nodeCount > NODES_MAX) {
      return this.#giveUp(node, place, `more than ${NODES_MAX} values, aliases expanded`);
    }
    if (place.depth > DEPTH_MAX)
      return this.#giveUp(node, place, `nested more than ${DEPTH_MAX} deep`);
    if (isAlias(node)) return this.#readAlias(node.source, node, place);
    if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:str") {
      this.#report(node, place, SYNTAX["TAG_RESOLVE_FAILED"] ?? "");
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const read = this.#readContent(node, place);
    this.#open.delete(node);
    return read;
  }

  #readContent(node: Node, place: Place): ConfigNode {
    if (isMap(node)) return this.#readMap(node, place);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#read(item as Node, below(place, `${place.path}[${index}]`)),
      );
      return { kind: "list", at: this.#at(node), items };
    }
    return this.#readScalar(node as Scalar, place);
  }

  #readAlias(name: string, node: Node, place: Place): ConfigNode {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      return this.#giveUp(
        node,
        place,
        "no anchor of this name above; quote a value that starts with *",
      );
    }
    if (this.#open.has(target)) return this.#giveUp(node, place, "an alias inside its own anchor");
    return this.#read(target, below(place, place.path));
  }

  #readScalar(node: Scalar, place: Place): ConfigNode {
    const source = node.source ?? "";
    const { text, changed, missing } = interpolate(source, this.#env);
    for (const name of missing) {
      this.#report(
        node,
        place,
        `the environment variable ${name} is not set; set it or write \${${name}:-default}`,
      );
    }
    const quoted = node.type !== "PLAIN";
    const unset = missing.length > 0;
    return { kind: "scalar", at: this.#at(node), text, quoted, interpolated: changed, unset };
  }

  #readMap(node: YAMLMap, place: Place): MapNode {
    const entries = new Map<string, MapEntry>();
    const merged: MapEntry[] = [];
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const key = pair.key;
      if (!isScalar(key)) {
        this.#report(key, place, "a key must be a plain word");
        continue;
      }
      const name = key.source ?? "";
      const keyAt = this.#at(key);
      const inside = below(place, joinPath(place.path, name));
      const value = pair.value === null ? textNode("", keyAt) : this.#read(pair.value, inside);
      if (name === "<<" && key.type === "PLAIN") {
        merged.push(...this.#mergedEntries(key, value, place));
      } else if (entries.has(name)) {
        const first = entries.get(name)?.keyAt as FilePosition;
        this.#report(
          key,
          inside,
          `this key stands here a second time; first in line ${first.line}`,
        );
      } else {
        entries.set(name, { key: name, keyAt, value });
      }
    }
    // What the map says itself wins over what it merges; of several merged, the first.
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return { kind: "map", at: this.#at(node), entries: [...entries.values()] };
  }

  #mergedEntries(key: Node, value: ConfigNode, place: Place): readonly MapEntry[] {
    const parts = value.kind === "list" ? value.items : [value];
    const entries = parts.flatMap((part) => (part.kind === "map" ? part.entries : []));
    if (parts.some((part) => part.kind !== "map")) {
      this.#report(key, place, "`<<` takes an alias of a mapping, or a list of such");
    }
    return entries;
  }
}
