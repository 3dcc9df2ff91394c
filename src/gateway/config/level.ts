import { type ExtraConfig, toExtraConfig } from "./extra-config.ts";
import { Fields, isObject } from "./fields.ts";
import { checkNamespaces, type Level } from "./namespaces.ts";

/** The `extra_config` of one level: checked as a whole, read namespace by namespace. */
export class LevelConfig {
  readonly values: ExtraConfig;
  readonly #fields: Fields;

  constructor(fields: Fields, level: Level, waived: ReadonlySet<string>) {
    this.#fields = fields;
    this.values = toExtraConfig(fields.object("extra_config") ?? {});
    checkNamespaces(this.values, level, fields, waived);
  }

  /** What `read` makes of a namespace; null where it is absent. */
  read<T>(namespace: string, read: (fields: Fields) => T): T | null {
    const value = this.values[namespace];
    if (value === undefined || value === null) return null;
    const key = `extra_config.${namespace}`;
    if (isObject(value)) {
      return read(new Fields(value, this.#fields.pathOf(key), this.#fields.findings));
    }
    this.#fields.refuse(key, "expected an object");
    return null;
  }
}
