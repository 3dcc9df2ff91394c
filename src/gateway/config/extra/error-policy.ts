import type { Fields } from "../fields.ts";

/** Namespace `backend/http`: what a client learns of a backend's error. */
export type ErrorPolicy =
  | { readonly kind: "hidden" }
  /** Its status. */
  | { readonly kind: "status" }
  /** Status and body, as `error_<name>` in the answer. */
  | { readonly kind: "details"; readonly name: string };

export function readErrorPolicy(fields: Fields): ErrorPolicy {
  const returnsStatus = fields.boolean("return_error_code", false);
  const name = fields.string("return_error_details", "");
  fields.finish();
  if (name !== "") return { kind: "details", name };
  return { kind: returnsStatus ? "status" : "hidden" };
}
