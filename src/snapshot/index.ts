export { type SnapshotLimits } from "./limits.ts";
export { type SnapshotAnswers, SnapshotClient } from "./snapshot-client.ts";
export { SnapshotRefusal } from "./snapshot-refusal.ts";
export { type SnapshotObserver, SnapshotRenderer } from "./snapshot-renderer.ts";
export { replyBuffers, type SnapshotReply, type StreamHead } from "./snapshot-reply.ts";
export type {
  SnapshotBody,
  SnapshotEncoding,
  SnapshotRequest,
  SnapshotSource,
  StreamedBody,
  WholeBody,
} from "./snapshot-source.ts";
