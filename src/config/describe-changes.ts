import { isDeepStrictEqual } from "node:util";
import { Secret } from "#lib/secret";
import { ROOT_KEYS } from "./keys.ts";
import type { LoadedConfig } from "./load-config.ts";
import { joinPath } from "./key-path.ts";
import type { KeyTable, Reload } from "./schema/schema.ts";

/** A key whose value differs between two configurations. The values are not told: some are secret. */
export interface ConfigChange {
  /** `storage.retention_time`; lists and maps are compared as wholes, except tenants and jobs. */
  readonly path: string;
  /** `live`: takes effect by reloading; `restart`: needs a new process. */
  readonly reload: Reload;
}

/** What changed, in the order of the reference page. */
export function describeChanges(before: LoadedConfig, after: LoadedConfig): ConfigChange[] {
  const changes = compareSection(ROOT_KEYS, before.values, after.values, "", "restart");
  const jobs = named(before.values.file_jobs, "job_name");
  const jobsAfter = named(after.values.file_jobs, "job_name");
  return [...changes, ...compareNamed(jobs, jobsAfter, "scrape_config_files", "live")];
}

function compareSection(
  keys: KeyTable,
  before: unknown,
  after: unknown,
  path: string,
  inherited: Reload,
): ConfigChange[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const reload = key.reload ?? inherited;
    const [left, right] = [valueAt(before, name), valueAt(after, name)];
    const keyPath = joinPath(path, name);
    const { shape } = key.schema;
    if (shape.kind === "section" && left !== null && right !== null) {
      return compareSection(shape.keys, left, right, keyPath, reload);
    }
    const nameKey = NAME_KEYS[keyPath];
    if (nameKey !== undefined) {
      return compareNamed(named(left, nameKey), named(right, nameKey), keyPath, reload);
    }
    return same(left, right) ? [] : [{ path: keyPath, reload }];
  });
}

/** Long lists whose items have names: a change is told by name. */
const NAME_KEYS: Readonly<Record<string, string>> = {
  tenants: "name",
  scrape_configs: "job_name",
};

function named(items: unknown, nameKey: string): Map<string, unknown> {
  return new Map(
    (items as readonly unknown[]).map((item) => [String(valueAt(item, nameKey)), item]),
  );
}

function compareNamed(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  path: string,
  reload: Reload,
): ConfigChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => !same(before.get(name), after.get(name)))
    .map((name) => ({ path: `${path}[${name}]`, reload }));
}

function valueAt(values: unknown, name: string): unknown {
  return (values as Readonly<Record<string, unknown>>)[name];
}

/** Deep equality that looks into secrets, whose content is hidden from everything else. */
function same(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(revealed(left), revealed(right));
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealed(item)]));
}
