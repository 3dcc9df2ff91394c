import type { BlockInfo } from "../block/block-meta.ts";

export interface RetentionLimits {
  /** Blocks that end before this are too old; null keeps every age. */
  readonly cutoffMs: number | null;
  /** Null for no limit. */
  readonly bytesMax: number | null;
}

export interface ExpiredBlock {
  readonly block: BlockInfo;
  readonly because: "retention_time" | "retention_size";
}

/** Which blocks have to go: those past the cutoff, then the oldest until the rest fits. */
export function expiredBlocks(
  blocks: readonly BlockInfo[],
  limits: RetentionLimits,
): ExpiredBlock[] {
  const expired: ExpiredBlock[] = [];
  let bytes = blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const block of blocks.toSorted((a, b) => a.maxMs - b.maxMs)) {
    if (limits.cutoffMs !== null && block.maxMs < limits.cutoffMs) {
      expired.push({ block, because: "retention_time" });
    } else if (limits.bytesMax !== null && bytes > limits.bytesMax) {
      expired.push({ block, because: "retention_size" });
    } else {
      break;
    }
    bytes -= block.sizeBytes;
  }
  return expired;
}
