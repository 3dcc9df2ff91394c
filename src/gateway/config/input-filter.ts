import type { Fields } from "./fields.ts";

/** Which headers or parameters of a request go on. */
export type InputFilter =
  | { readonly kind: "none" }
  | { readonly kind: "all" }
  | { readonly kind: "listed"; readonly names: readonly string[] };

export function readInputFilter(fields: Fields, key: string): InputFilter {
  const names = fields.strings(key, []).filter((name) => name !== "");
  if (names.includes("*")) return { kind: "all" };
  return names.length === 0 ? { kind: "none" } : { kind: "listed", names };
}

/** A backend's own filter; null where it has none and the endpoint's alone counts. */
export function readBackendFilter(fields: Fields, key: string): InputFilter | null {
  // `[""]` is the documented way to say that nothing goes on.
  return fields.strings(key, []).length === 0 ? null : readInputFilter(fields, key);
}
