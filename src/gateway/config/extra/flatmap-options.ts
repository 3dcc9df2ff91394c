import type { Fields } from "../fields.ts";

/** One step of a flatmap filter; paths are dotted, and `*` stands for every item of a list. */
export type FlatmapOperation =
  | {
      readonly kind: "move" | "append";
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | { readonly kind: "delete"; readonly paths: readonly (readonly string[])[] };

/** The steps of `flatmap_filter`; empty where there is none. */
export function readFlatmap(proxy: Fields): readonly FlatmapOperation[] {
  return proxy.list("flatmap_filter").flatMap((fields): readonly FlatmapOperation[] => {
    const type = fields.choice("type", ["move", "del", "append"], "move");
    const args = fields.strings("args", []).map((path) => path.split("."));
    const [from, to] = args;
    fields.finish();
    if (type === "del") return [{ kind: "delete", paths: args }];
    if (from === undefined || to === undefined) {
      fields.refuse("args", `expected two paths for ${type}`);
      return [];
    }
    return [{ kind: type, from, to }];
  });
}
