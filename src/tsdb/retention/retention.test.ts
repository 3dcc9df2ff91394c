import { expect, test } from "vitest";
import type { BlockInfo } from "../block/block-meta.ts";
import { expiredBlocks } from "./expired-blocks.ts";
import { SteadyClock } from "./steady-clock.ts";

const block = (maxMs: number, sizeBytes: number): BlockInfo =>
  ({ id: String(maxMs), maxMs, sizeBytes }) as BlockInfo;

const blocks = [block(300, 10), block(100, 10), block(200, 10), block(400, 10)];

test("by time: what ended before the cutoff", () => {
  const expired = expiredBlocks(blocks, { cutoffMs: 300, bytesMax: null });
  expect(expired.map(({ block: { maxMs }, because }) => [maxMs, because])).toEqual([
    [100, "retention_time"],
    [200, "retention_time"],
  ]);
});

test("by size: the oldest until the rest fits, after those too old", () => {
  const expired = expiredBlocks(blocks, { cutoffMs: 101, bytesMax: 25 });
  expect(expired.map(({ block: { maxMs }, because }) => [maxMs, because])).toEqual([
    [100, "retention_time"],
    [200, "retention_size"],
  ]);
  expect(expiredBlocks(blocks, { cutoffMs: null, bytesMax: null })).toEqual([]);
});

test("a jump of the wall clock, either way, starts the steady time anew", () => {
  let nowMs = 1e12;
  let monotonicMs = 5;
  const clock = new SteadyClock({ nowMs: () => nowMs, monotonicMs: () => monotonicMs });
  const pass = (ms: number, driftMs = 0): number => {
    monotonicMs += ms;
    nowMs += ms + driftMs;
    return clock.observe();
  };
  expect(pass(3_600_000, 1000)).toBe(0);
  expect(clock.steadyForMs()).toBe(3_600_000);
  expect(pass(10_000, 1e11)).toBe(1e11);
  expect(clock.steadyForMs()).toBe(0);
  pass(1000);
  expect(clock.steadyForMs()).toBe(1000);
  expect(pass(1000, -1e11)).toBe(-1e11);
  expect(clock.steadyForMs()).toBe(0);
});
