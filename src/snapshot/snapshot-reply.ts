import type { SnapshotRefusalCode } from "./snapshot-refusal.ts";
import type { WholeBody } from "./snapshot-source.ts";

/** What the renderer answers. Plain data, fit to be sent to another thread. */
export type SnapshotReply =
  /** The body of version `ifVersion` is still the one that would be made now. */
  | { readonly kind: "unchanged" }
  /** Too large to be made as a whole: to be asked for as a stream. */
  | { readonly kind: "large" }
  | { readonly kind: "body"; readonly version: string; readonly body: WholeBody }
  | RefusedReply;

/** The first that is said of a streamed body. */
export type StreamHead = { readonly kind: "streamed"; readonly seriesCount: number } | RefusedReply;

export interface RefusedReply {
  readonly kind: "refused";
  readonly code: SnapshotRefusalCode;
  readonly message: string;
  readonly operatorDetail: string | null;
}

/** The memory of a reply, to be moved to the other thread instead of copied. */
export function replyBuffers(reply: SnapshotReply): ArrayBuffer[] {
  if (reply.kind !== "body") return [];
  return Array.from(new Set(reply.body.chunks.map((chunk) => chunk.buffer)));
}
