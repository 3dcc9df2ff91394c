import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["0", 0],
  ["15s", 15_000],
  ["1h30m", 5_400_000],
  ["1d12h", 129_600_000],
  ["1w", 604_800_000],
  ["1y", 31_536_000_000],
  ["100ms", 100],
  ["1m0s", 60_000],
  ["", null],
  ["15", null],
  ["1.5h", null],
  ["30m1h", null],
  ["1h1h", null],
  ["-5m", null],
  [" 5m", null],
  ["5 m", null],
  ["5M", null],
  ["999999999999999y", null],
])("%j is %j ms", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test("a duration that is printed reads back", () => {
  assert(
    property(integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
  expect(formatDuration(15 * 86_400_000)).toBe("15d");
  expect(formatDuration(14 * 86_400_000)).toBe("2w");
  expect(formatDuration(0)).toBe("0s");
});
