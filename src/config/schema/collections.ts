/** Sections (known keys), maps (free keys) and lists. */
import {
  type ConfigNode,
  emptyMap,
  isEmptyScalar,
  type MapEntry,
  type MapNode,
  type Position,
  textNode,
} from "../config-node.ts";
import { isPrintableKey, joinPath } from "../key-path.ts";
import { nearestName } from "../nearest-name.ts";
import { reportKind } from "./scalars.ts";
import {
  INVALID,
  type Invalid,
  type Key,
  type KeyTable,
  type Reader,
  type Schema,
  type ValuesOf,
} from "./schema.ts";

/** Longer lists of known keys help nobody. */
const KNOWN_SHOWN_MAX = 20;

/** Reports a contradiction at a key of the section, or at the section if the key is not there. */
export type Refuse = (key: string, message: string) => void;

interface SectionOptions<Values> {
  /** What must hold between values; called once each of them is valid. */
  readonly check?: (values: Values, refuse: Refuse) => void;
  /** Keys of others that we do not have, each with what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Says where else a key of this name belongs; for the hint at an unknown key. */
  readonly elsewhere?: (name: string) => string | null;
}

export function section<const Table extends KeyTable>(
  keys: Table,
  options: SectionOptions<ValuesOf<Table>> = {},
): Schema<ValuesOf<Table>> {
  const allowed = "a mapping of keys";
  return {
    allowed,
    shape: { kind: "section", keys },
    read(node, path, reader) {
      const map = isEmptyScalar(node) ? emptyMap(node.at) : node;
      if (map.kind !== "map") return reportKind(map, path, reader, allowed);
      reportStrangers(map, path, reader, keys, options);
      const values: Record<string, unknown> = {};
      let valid = true;
      for (const [name, key] of Object.entries(keys)) {
        const fileName = takesFile(keys, name) ? `${name}_file` : null;
        const value = readKey(map, [name, fileName], key, joinPath(path, name), reader);
        if (value === INVALID) valid = false;
        else values[name] = value;
      }
      if (!valid) return INVALID;
      return checked(values as ValuesOf<Table>, map, path, reader, options.check);
    },
  };
}

function checked<Values>(
  values: Values,
  map: MapNode,
  path: string,
  reader: Reader,
  check: SectionOptions<Values>["check"],
): Values | Invalid {
  let valid = true;
  check?.(values, (name, message) => {
    valid = false;
    const entry = entryOf(map, name) ?? entryOf(map, `${name}_file`);
    reader.report(entry?.keyAt ?? map.at, joinPath(path, name), message);
  });
  return valid ? values : INVALID;
}

function entryOf(map: MapNode, name: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === name);
}

function reportStrangers(
  map: MapNode,
  path: string,
  reader: Reader,
  keys: KeyTable,
  options: Pick<SectionOptions<never>, "refused" | "elsewhere">,
): void {
  const known = Object.keys(keys).flatMap((name) =>
    takesFile(keys, name) ? [name, `${name}_file`] : [name],
  );
  for (const { key: name, keyAt } of map.entries) {
    if (known.includes(name)) continue;
    const refusal = Object.hasOwn(options.refused ?? {}, name)
      ? options.refused?.[name]
      : undefined;
    if (refusal !== undefined) {
      reader.report(keyAt, joinPath(path, name), refusal);
      continue;
    }
    if (!isPrintableKey(name)) {
      reader.report(keyAt, path, "unknown key; is a space missing behind its colon?");
      continue;
    }
    const near = nearestName(name, known) ?? options.elsewhere?.(name) ?? null;
    const all = known.length > KNOWN_SHOWN_MAX ? "" : `; known here: ${known.join(", ")}`;
    const hint = near === null ? all : `; did you mean ${near}?`;
    reader.report(keyAt, joinPath(path, name), `unknown key${hint}`);
  }
}

/** Secrets may stand in a file of their own, unless the table has a key for that file itself. */
export function takesFile(keys: KeyTable, name: string): boolean {
  return keys[name]?.schema.shape.kind === "secret" && !Object.hasOwn(keys, `${name}_file`);
}

function readKey(
  map: MapNode,
  [name, fileName]: readonly [string, string | null],
  key: Key<unknown>,
  path: string,
  reader: Reader,
): unknown {
  const entry = entryOf(map, name);
  const file = fileName === null ? undefined : entryOf(map, fileName);
  if (file !== undefined) return readSecretFile(file, entry, key, path, reader);
  if (entry !== undefined) {
    const absent = key.absent === "null" && isEmptyScalar(entry.value);
    if (absent && key.schema.shape.kind !== "scalar" && key.schema.shape.kind !== "secret") {
      return null;
    }
    return key.schema.read(entry.value, path, reader);
  }
  if (key.absent === "null") return null;
  if (key.absent !== "refused") return key.schema.read(relocated(key.absent, map.at), path, reader);
  const orFile = fileName === null ? "" : ` (or ${fileName})`;
  reader.report(map.at, path, `missing${orFile}; expected ${key.schema.allowed}`);
  return INVALID;
}

/** A default section with a required key must be reported where the section would have stood. */
function relocated(node: ConfigNode, at: Position): ConfigNode {
  return node.kind === "scalar" ? node : { ...node, at };
}

function readSecretFile(
  file: MapEntry,
  direct: MapEntry | undefined,
  key: Key<unknown>,
  path: string,
  reader: Reader,
): unknown {
  if (direct !== undefined) {
    const name = file.key.slice(0, -"_file".length);
    reader.report(file.keyAt, `${path}_file`, `contradicts ${name}; keep one of the two`);
    return INVALID;
  }
  const { value } = file;
  if (value.kind !== "scalar" || isEmptyScalar(value)) {
    return reportKind(value, `${path}_file`, reader, "the path of a file with the secret");
  }
  const content = reader.readSecretFile(value.at, `${path}_file`, value.text);
  if (content === null) return INVALID;
  return key.schema.read({ ...textNode(content, value.at), quoted: true }, `${path}_file`, reader);
}

export function list<T>(
  items: Schema<T>,
  options: { min?: number; max?: number; uniqueBy?: (item: T) => string; called?: string } = {},
): Schema<readonly T[]> {
  const allowed = `a list of ${options.called ?? "values"}`;
  return {
    allowed,
    shape: { kind: "list", items },
    read(node, path, reader) {
      if (isEmptyScalar(node)) return readItems([]);
      if (node.kind !== "list") return reportKind(node, path, reader, `${allowed} (lines with -)`);
      return readItems(node.items);

      function readItems(nodes: readonly ConfigNode[]): readonly T[] | Invalid {
        const { min = 0, max = Infinity } = options;
        if (nodes.length < min || nodes.length > max) {
          const bound = nodes.length < min ? `at least ${min}` : `at most ${max}`;
          reader.report(node.at, path, `expected ${bound} ${options.called ?? "values"}`);
          return INVALID;
        }
        const read = nodes.map((item, index) => items.read(item, `${path}[${index}]`, reader));
        const twins = reportTwins(read, nodes, path, reader, options.uniqueBy);
        const valid = read.flatMap((item) => (item === INVALID ? [] : [item]));
        return twins || valid.length < read.length ? INVALID : valid;
      }
    },
  };
}

function reportTwins<T>(
  values: readonly (T | Invalid)[],
  nodes: readonly ConfigNode[],
  path: string,
  reader: Reader,
  uniqueBy: ((item: T) => string) | undefined,
): boolean {
  if (uniqueBy === undefined) return false;
  const seen = new Map<string, number>();
  let twins = false;
  values.forEach((value, index) => {
    if (value === INVALID) return;
    const key = uniqueBy(value);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return;
    }
    twins = true;
    const at = nodes[index]?.at;
    const message = `${JSON.stringify(key)} stands in this list twice; first as ${path}[${first}]`;
    if (at !== undefined) reader.report(at, `${path}[${index}]`, message);
  });
  return twins;
}

/** What free keys look like. */
interface FreeKeys {
  /** `a label name such as customer_id`. */
  readonly allowed: string;
  readonly form: RegExp;
}

const ANY_KEY: FreeKeys = { allowed: "a name", form: /./ };

/** Free keys, such as label names. */
export function mapOf<T>(
  values: Schema<T>,
  keys: FreeKeys = ANY_KEY,
): Schema<Readonly<Record<string, T>>> {
  const allowed = `a mapping from ${keys.allowed} to ${values.allowed}`;
  return {
    allowed,
    shape: { kind: "map", values },
    read(node, path, reader) {
      if (isEmptyScalar(node)) return {};
      if (node.kind !== "map") return reportKind(node, path, reader, allowed);
      const entries: [string, T][] = [];
      let valid = true;
      for (const { key, keyAt, value } of node.entries) {
        if (!keys.form.test(key)) {
          reader.report(keyAt, path, `expected ${keys.allowed} as key`);
          valid = false;
          continue;
        }
        const read = values.read(value, joinPath(path, key), reader);
        if (read === INVALID) valid = false;
        else entries.push([key, read]);
      }
      return valid ? Object.fromEntries(entries) : INVALID;
    },
  };
}
