import type { SnapshotRefusalCode } from "./snapshot-refusal.ts";
import type { SnapshotBody } from "./snapshot-source.ts";

/** What the renderer answers. Plain data, fit to be sent to another thread. */
export type SnapshotReply =
  /** The body of version `ifVersion` is still the one that would be made now. */
  | { readonly kind: "unchanged" }
  /** It is not: let go of it and ask again, so that two bodies are never held at once. */
  | { readonly kind: "changed" }
  | ({ readonly kind: "body"; readonly version: string } & SnapshotBody)
  | {
      readonly kind: "refused";
      readonly code: SnapshotRefusalCode;
      readonly message: string;
      readonly operatorDetail: string | null;
    };

/** The memory of a reply, to be moved to the other thread instead of copied. */
export function replyBuffers(reply: SnapshotReply): ArrayBuffer[] {
  if (reply.kind !== "body") return [];
  return Array.from(new Set(reply.chunks.map((chunk) => chunk.buffer)));
}
