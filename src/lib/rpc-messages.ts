/**
 * The wire between two threads. A call has an id; it is answered by one `result` or `error`, or by
 * any number of `chunk`s and an `end`, before which there may be a `head`. Streams flow on credit:
 * the reader grants chunks, so that a slow reader never fills memory with what is made for it.
 */
export type ToWorker =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly kind: "credit"; readonly id: number; readonly chunks: number }
  | { readonly kind: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: WireError }
  | { readonly kind: "head"; readonly id: number; readonly value: unknown }
  | { readonly kind: "chunk"; readonly id: number; readonly value: unknown }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "event"; readonly name: string; readonly detail: unknown };

/** An error without its class: structured cloning keeps no prototypes of ours. */
export interface WireError {
  /** Null for a bug: anything that is not an operating error. */
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
}

/** Chunks that may be under way before the reader has taken the first. */
export const streamCreditChunks = 4;
