/**
 * The wire between a query's thread and the store's. A query thread does nothing else while it
 * evaluates, so it may wait: it posts what it wants, sleeps on the bell and takes the answer from
 * the port. The store's thread posts an answer first and rings then.
 */
import type { MessagePort } from "node:worker_threads";
import type { WireError } from "#lib/rpc-messages";
import type { FloatHistogram, Matcher } from "#model";
import type { QueryView } from "../query-request.ts";

export interface SelectionRequest {
  /** What may be seen at all. */
  readonly view: QueryView;
  readonly matchers: readonly Matcher[];
  /** Milliseconds since 1970, both ends in. */
  readonly minMs: number;
  readonly maxMs: number;
  /** More series than these are refused. */
  readonly seriesMax: number;
}

/** Ids are given by the query's thread and never again. */
export type ToStore =
  | { readonly kind: "select"; readonly id: number; readonly request: SelectionRequest }
  /** Samples of the selection's series from this index on, as many as make a batch. */
  | { readonly kind: "read"; readonly id: number; readonly from: number }
  /** Nothing selected so far is needed any more. */
  | { readonly kind: "release" };

export type FromStore =
  | { readonly kind: "selected"; readonly id: number; readonly series: PackedLabels }
  | {
      readonly kind: "samples";
      readonly id: number;
      readonly from: number;
      readonly samples: PackedSamples;
    }
  | { readonly kind: "failed"; readonly id: number; readonly error: WireError };

/** Label sets as numbers of texts, because strings are copied between threads one by one. */
export interface PackedLabels {
  readonly texts: readonly string[];
  /** For each series: how many texts it has, then the number of each: name, value, name, value, … */
  readonly numbers: Uint32Array<ArrayBuffer>;
}

/**
 * Samples of some series as columns, whose memory moves between threads. Series of one scrape have
 * the same times, and share a time column.
 */
export interface PackedSamples {
  /** For each series: the number of its time column, and how many samples it has. */
  readonly series: Uint32Array<ArrayBuffer>;
  /** Where each time column begins in `timestampsMs`. */
  readonly timeColumns: Uint32Array<ArrayBuffer>;
  readonly timestampsMs: Float64Array<ArrayBuffer>;
  /** Series after series; stale markers keep their bits. */
  readonly values: Float64Array<ArrayBuffer>;
  /** By the series' place in this batch; nearly always empty. */
  readonly histograms: ReadonlyMap<number, readonly (FloatHistogram | undefined)[]>;
}

/** How a query thread is connected to the store's: both ends come with one `connectStore`. */
export interface StoreLine {
  readonly port: MessagePort;
  /** One 32-bit word that rises with each answer. */
  readonly bell: SharedArrayBuffer;
}
