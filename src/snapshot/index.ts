export { type SnapshotLimits } from "./limits.ts";
export { type SnapshotCall, SnapshotClient } from "./snapshot-client.ts";
export { SnapshotRefusal } from "./snapshot-refusal.ts";
export { type SnapshotObserver, SnapshotRenderer } from "./snapshot-renderer.ts";
export { replyBuffers, type SnapshotReply } from "./snapshot-reply.ts";
export type {
  SnapshotBody,
  SnapshotEncoding,
  SnapshotRequest,
  SnapshotSource,
} from "./snapshot-source.ts";
