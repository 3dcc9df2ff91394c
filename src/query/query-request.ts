import type { OpenedChunks } from "#lib/rpc-client";
import type { Entitlement } from "#access";
import type { ResultStyle } from "#results";

/** What of the store a query may see: a tenant's entitlement, or everything for the operator. */
export type QueryView = Entitlement | "everything";

/** A query as it goes to a query thread; plain data. Times are milliseconds since 1970. */
export interface QueryRequest {
  readonly text: string;
  /** An instant query has one time, a range query start, end and step. */
  readonly time:
    | { readonly kind: "instant"; readonly timeMs: number }
    | {
        readonly kind: "range";
        readonly startMs: number;
        readonly endMs: number;
        /** Above zero. */
        readonly stepMs: number;
      };
  /** Null: the engine's own. */
  readonly lookbackMs: number | null;
  /** Given up after this, the time in the queue included. */
  readonly timeoutMs: number;
  /** How long it has waited for its turn. */
  readonly queuedMs: number;
  /** Most series in the answer, which is then marked as cut; null: all. */
  readonly seriesMax: number | null;
  /** `all` asks for the numbers of each step, too. */
  readonly statistics: "none" | "summary" | "all";
  readonly style: ResultStyle;
  readonly view: QueryView;
  /** Whose share of the threads this takes: a tenant's name, or the operator. */
  readonly tenant: string;
}

/** A query that has not waited yet. */
export type NewQuery = Omit<QueryRequest, "queuedMs">;

/** What is known of an answer before its bytes. */
export interface QueryHead {
  /** Samples that were read from the store. */
  readonly samplesRead: number;
}

/** An answer under way: whoever does not read `chunks` to the end calls their `return`. */
export interface QueryAnswer {
  readonly head: QueryHead;
  readonly chunks: OpenedChunks;
}
