declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/**
 * A series within one running store: an index into its columns, given once and never reused while
 * the process lives. Meaningless in another process or store.
 */
export type SeriesRef = Branded<number, "SeriesRef">;

/** Interned metadata within one running store. 0 stands for «none known». */
export type MetadataRef = Branded<number, "MetadataRef">;

/** The stable id of a tenant; its name may change, its id never does and is never reused. */
export type TenantId = Branded<string, "TenantId">;

/** The public half of a machine credential. */
export type ClientId = Branded<string, "ClientId">;
