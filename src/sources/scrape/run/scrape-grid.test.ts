import { expect, test } from "vitest";
import { delayToPlaceMs, ScrapeGrid } from "./scrape-grid.ts";

test("a target's place in the interval does not depend on when it is asked", () => {
  for (const nowMs of [0, 1, 4_999, 5_000, 1_700_000_012_345]) {
    const placeMs = (nowMs + delayToPlaceMs(nowMs, 15_000, 1 / 3)) % 15_000;
    expect(placeMs).toBe(5_000);
  }
});

test("small jitter is straightened out, larger delay is not", () => {
  const grid = new ScrapeGrid(1_000);
  expect(grid.timestampMs(10_000)).toBe(10_000);
  expect(grid.timestampMs(11_002)).toBe(11_000);
  expect(grid.timestampMs(12_003)).toBe(12_003);
  expect(grid.timestampMs(13_001)).toBe(13_000);
  expect(grid.timestampMs(16_001)).toBe(16_000);
});

test("the tolerance is at most a hundredth of the interval", () => {
  const grid = new ScrapeGrid(100);
  grid.timestampMs(0);
  expect(grid.timestampMs(101)).toBe(100);
  expect(grid.timestampMs(202)).toBe(202);
});

test("a clock that is set starts a new grid", () => {
  const grid = new ScrapeGrid(1_000);
  grid.timestampMs(1_000_000);
  expect(grid.timestampMs(500_500)).toBe(500_500);
  expect(grid.timestampMs(501_501)).toBe(501_500);
  expect(grid.timestampMs(9_000_000_123)).toBe(9_000_000_123);
  expect(grid.timestampMs(9_000_001_124)).toBe(9_000_001_123);
});
