import type { Matcher } from "#model";
import type { QueryView } from "../query-request.ts";

/** A question about what series there are; plain data. Times are milliseconds since 1970, both ends in. */
export interface CatalogueRequest {
  readonly view: QueryView;
  readonly wanted:
    | { readonly kind: "label_names" }
    | { readonly kind: "label_values"; readonly name: string }
    | { readonly kind: "series" }
    | { readonly kind: "exemplars" }
    /** What targets say of one metric, or of all (""); `perNameMax` bounds what is told of one. */
    | {
        readonly kind: "metadata";
        readonly metric: string;
        readonly perNameMax: number | null;
      };
  /** A series counts where all matchers of one of these hold; an empty list of matchers: any series. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly minMs: number;
  readonly maxMs: number;
  /** Most entries in the answer; null: all. */
  readonly limit: number | null;
}
