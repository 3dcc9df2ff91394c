/** The table of keys as flat rows, for the reference page and whoever else wants to read it. */
import type { ConfigNode } from "./config-node.ts";
import { rootSchema, ROOT_KEYS } from "./keys.ts";
import { takesFile } from "./schema/collections.ts";
import type { Key, KeyTable, Reload, Schema } from "./schema/schema.ts";

export interface KeyRow {
  readonly name: string;
  /** `storage.retention_time`, `tenants[].clients[].id`, `scrape_configs[].params.<name>`. */
  readonly path: string;
  readonly allowed: string;
  /** As one would write it; null where there is none. */
  readonly defaultText: string | null;
  readonly required: boolean;
  readonly reload: Reload;
  /** A secret that may also be given as a file, under the key with `_file` behind it. */
  readonly takesFile: boolean;
  readonly doc: string;
  /** The group that describes what stands below; null for single values. */
  readonly group: string | null;
}

/** The keys of one section. A section that stands in several places is described at the first. */
export interface KeyGroup {
  readonly path: string;
  readonly doc: string;
  readonly rows: readonly KeyRow[];
}

export function keyReference(): readonly KeyGroup[] {
  const groups: KeyGroup[] = [];
  const described = new Map<Schema<unknown>, string>();
  const root = describeTable(ROOT_KEYS, "", "restart", described, groups);
  described.set(rootSchema, "");
  return [{ path: "", doc: "The sections of the file.", rows: root }, ...groups];
}

function describeTable(
  keys: KeyTable,
  path: string,
  inherited: Reload,
  described: Map<Schema<unknown>, string>,
  groups: KeyGroup[],
): KeyRow[] {
  return Object.entries(keys).map(([name, key]) => {
    const keyPath = path === "" ? name : `${path}.${name}`;
    const reload = key.reload ?? inherited;
    const below = sectionBelow(key.schema, keyPath);
    let group: string | null = null;
    if (below !== null) {
      group = described.get(below.schema) ?? below.path;
      if (!described.has(below.schema)) {
        described.set(below.schema, below.path);
        const index = groups.length;
        groups.push({ path: below.path, doc: key.doc, rows: [] });
        const rows = describeTable(below.keys, below.path, reload, described, groups);
        groups[index] = { path: below.path, doc: key.doc, rows };
      }
    }
    return rowOf(name, keyPath, key, { reload, group, takesFile: takesFile(keys, name) });
  });
}

function rowOf(
  name: string,
  path: string,
  key: Key<unknown>,
  more: Pick<KeyRow, "reload" | "group" | "takesFile">,
): KeyRow {
  return {
    name,
    path,
    allowed: key.schema.allowed,
    defaultText: typeof key.absent === "string" ? null : defaultText(key.absent),
    required: key.absent === "refused",
    doc: key.doc,
    ...more,
  };
}

function defaultText(node: ConfigNode): string | null {
  if (node.kind === "scalar") return node.text === "" ? '""' : node.text;
  return null;
}

interface Below {
  readonly schema: Schema<unknown>;
  readonly path: string;
  readonly keys: KeyTable;
}

/** The section that a key holds, be it in a list or under free names. */
function sectionBelow(schema: Schema<unknown>, path: string): Below | null {
  const { shape } = schema;
  if (shape.kind === "section") return { schema, path, keys: shape.keys };
  if (shape.kind === "list") return sectionBelow(shape.items, `${path}[]`);
  if (shape.kind === "map") return sectionBelow(shape.values, `${path}.<name>`);
  return null;
}
