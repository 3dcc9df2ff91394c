import type { BlockInfo } from "../block/block-meta.ts";

/**
 * Which blocks to merge next, or null. Two reasons to merge:
 *
 * - blocks that overlap (late samples, imports) cost every query a merge: joined as long as the result
 *   stays within the longest range;
 * - small neighbours: all blocks inside one aligned range (2 h, then 24 h) become one, once the range
 *   lies behind the newest data, so that a block is rewritten once per range and not with each cut.
 */
export function planCompaction(
  blocks: readonly BlockInfo[],
  rangesMs: readonly number[],
): BlockInfo[] | null {
  const longestMs = rangesMs.at(-1);
  const shortestMs = rangesMs[0];
  if (longestMs === undefined || shortestMs === undefined) return null;
  const sorted = blocks.toSorted((a, b) => a.minMs - b.minMs || a.maxMs - b.maxMs);
  const newestMs = blocks.reduce((newest, { maxMs }) => Math.max(newest, maxMs), -Infinity);
  const overlapping = overlappingGroups(sorted, longestMs).filter(
    (group) => endOf(group) + shortestMs <= newestMs,
  );
  const aligned = rangesMs.flatMap((rangeMs) => alignedGroups(sorted, rangeMs, newestMs));
  return [...overlapping, ...aligned].find((group) => keepsOrder(group, sorted)) ?? null;
}

/** Ranges that are short against the retention: deletion goes block by block. */
export function usableRangesMs(rangesMs: readonly number[], retentionMs: number | null): number[] {
  return rangesMs.filter((rangeMs) => retentionMs === null || rangeMs <= retentionMs / 10);
}

function endOf(group: readonly BlockInfo[]): number {
  return group.reduce((end, { maxMs }) => Math.max(end, maxMs), -Infinity);
}

/** Runs of blocks each of which overlaps the run before it, cut where they would grow too long. */
function overlappingGroups(sorted: readonly BlockInfo[], longestMs: number): BlockInfo[][] {
  const groups: BlockInfo[][] = [];
  let group: BlockInfo[] = [];
  for (const block of sorted) {
    const first = group[0];
    const joins =
      first !== undefined &&
      block.minMs <= endOf(group) &&
      Math.max(block.maxMs, endOf(group)) - first.minMs < longestMs;
    if (joins) group.push(block);
    else groups.push((group = [block]));
  }
  return groups.filter(({ length }) => length > 1);
}

function alignedGroups(
  sorted: readonly BlockInfo[],
  rangeMs: number,
  newestMs: number,
): BlockInfo[][] {
  const groups = new Map<number, BlockInfo[]>();
  for (const block of sorted) {
    const range = Math.floor(block.minMs / rangeMs);
    if (Math.floor(block.maxMs / rangeMs) !== range) continue;
    if ((range + 1) * rangeMs > newestMs) continue;
    const group = groups.get(range);
    if (group === undefined) groups.set(range, [block]);
    else group.push(block);
  }
  return Array.from(groups.values()).filter(({ length }) => length > 1);
}

/**
 * A merged block takes the highest rank of its parents. A block outside that overlaps a parent and whose
 * rank lies between would change places with the lower ones; such a group has to wait.
 */
function keepsOrder(group: readonly BlockInfo[], all: readonly BlockInfo[]): boolean {
  const ranks = group.map(({ rank }) => rank);
  const lowest = Math.min(...ranks);
  const highest = Math.max(...ranks);
  return !all.some(
    (other) =>
      other.rank >= lowest &&
      other.rank <= highest &&
      !group.includes(other) &&
      group.some(({ minMs, maxMs }) => other.minMs <= maxMs && other.maxMs >= minMs),
  );
}
