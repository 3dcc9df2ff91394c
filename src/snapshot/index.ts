export { SNAPSHOT_LIMITS, type SnapshotLimits } from "./limits.ts";
export {
  type SnapshotCall,
  SnapshotClient,
  type SnapshotClientOptions,
} from "./snapshot-client.ts";
export { SnapshotRefusal, type SnapshotRefusalCode } from "./snapshot-refusal.ts";
export {
  type SnapshotObserver,
  type SnapshotRender,
  SnapshotRenderer,
  type SnapshotRendererOptions,
} from "./snapshot-renderer.ts";
export { replyBuffers, type SnapshotReply } from "./snapshot-reply.ts";
export type {
  SnapshotBody,
  SnapshotEncoding,
  SnapshotFormat,
  SnapshotRequest,
  SnapshotSource,
} from "./snapshot-source.ts";
