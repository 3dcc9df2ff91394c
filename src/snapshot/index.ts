export { SNAPSHOT_LIMITS, type SnapshotLimits } from "./limits.ts";
export { SnapshotRefusal, type SnapshotRefusalCode } from "./snapshot-refusal.ts";
export type {
  SnapshotBody,
  SnapshotEncoding,
  SnapshotEscaping,
  SnapshotFormat,
  SnapshotRequest,
  SnapshotSource,
} from "./snapshot-source.ts";
