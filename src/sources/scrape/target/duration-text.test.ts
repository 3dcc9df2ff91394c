import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDurationMs } from "./duration-text.ts";

test.for([
  ["15s", 15_000],
  ["1m", 60_000],
  ["1h30m", 5_400_000],
  ["500ms", 500],
  ["1d", 86_400_000],
  ["2w", 1_209_600_000],
  ["0", 0],
] as const)("%s is %d ms", ([text, durationMs]) => {
  expect(parseDurationMs(text)).toBe(durationMs);
});

test.for(["", "1", "s", "1s1m", "-1s", "1.5s", "1 s", "1m1m", "1h1y", "9999999999999y"])(
  "%j is no duration",
  (text) => {
    expect(parseDurationMs(text)).toBeNull();
  },
);

test.for([
  [90_000, "1m30s"],
  [86_400_000, "1d"],
  [90_000_000, "25h"],
  [604_800_000, "1w"],
  [691_200_000, "8d"],
  [0, "0s"],
] as const)("%d ms prints as %s", ([durationMs, text]) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test("what is printed reads back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (durationMs) => {
      expect(parseDurationMs(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
});
