import { expect, test } from "vitest";
import type { BlockInfo } from "../block/block-meta.ts";
import { planCompaction, usableRangesMs } from "./plan-compaction.ts";

const HOUR_MS = 3_600_000;
const RANGES_MS = [2 * HOUR_MS, 24 * HOUR_MS];

let rank = 0;
function block(minHour: number, maxHour: number): BlockInfo {
  rank++;
  return {
    id: `r${rank}`,
    minMs: minHour * HOUR_MS,
    maxMs: maxHour * HOUR_MS - 1,
    rank,
  } as BlockInfo;
}
function planned(...blocks: BlockInfo[]): (readonly [number, number])[] | null {
  const plan = planCompaction(blocks, RANGES_MS);
  return plan?.map((b) => [b.minMs / HOUR_MS, (b.maxMs + 1) / HOUR_MS] as const) ?? null;
}

test("neighbours in a finished range are merged, the running range waits", () => {
  const first = [block(0, 0.5), block(0.5, 1), block(1, 1.5)];
  expect(planned(...first)).toBeNull();
  expect(planned(...first, block(1.5, 2))).toBeNull();
  expect(planned(...first, block(1.5, 2), block(2, 2.5))).toHaveLength(4);
  expect(planned(block(0, 2), block(2, 2.5), block(2.5, 3))).toBeNull();
});

test("two-hour blocks of a finished day become one", () => {
  const day = Array.from({ length: 12 }, (_, i) => block(2 * i, 2 * i + 2));
  expect(planned(...day)).toBeNull();
  expect(planned(...day, block(24, 24.5))).toHaveLength(12);
});

test("overlapping blocks come first, but not while they are fresh", () => {
  const overlapping = [block(0, 2), block(1, 3)];
  expect(planned(...overlapping)).toBeNull();
  expect(planned(...overlapping, block(6, 6.5))).toEqual([
    [0, 2],
    [1, 3],
  ]);
});

test("a merge never grows past the longest range", () => {
  expect(planned(block(0, 20), block(19, 30), block(100, 101))).toBeNull();
});

test("a block that would change places in the order of writing makes the group wait", () => {
  const [a, between, b] = [block(0, 1), block(0.5, 30), block(1, 2)];
  expect(planned(a, b, between, block(100, 101))).toBeNull();
});

test("ranges longer than a tenth of the retention are left out", () => {
  expect(usableRangesMs(RANGES_MS, null)).toEqual(RANGES_MS);
  expect(usableRangesMs(RANGES_MS, 7 * 24 * HOUR_MS)).toEqual([2 * HOUR_MS]);
  expect(usableRangesMs(RANGES_MS, HOUR_MS)).toEqual([]);
});
