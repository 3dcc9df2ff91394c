import { expect, test } from "vitest";
import { parseGoDuration } from "./go-duration.ts";

test.each([
  ["0", 0],
  ["60s", 60_000],
  ["1m30s", 90_000],
  ["1h15m30.918s", 4_530_918],
  ["1.5s", 1500],
  [".5s", 500],
  ["1.s", 1000],
  ["100ns", 1e-4],
  ["2us", 2e-3],
  ["2\u00b5s", 2e-3],
  ["2\u03bcs", 2e-3],
  ["-2s", -2000],
  ["+2s", 2000],
  // Units in any order, and more than once.
  ["1s1m1s", 62_000],
])("%s is %d ms", (text, durationMs) => {
  expect(parseGoDuration(text)).toBeCloseTo(durationMs, 9);
});

test.each(["", "2", "2 s", "s", "2d", "1w", "two", "1m 30s", "1..5s", "--1s", "2562048h"])(
  "%j is none",
  (text) => {
    expect(parseGoDuration(text)).toBeNull();
  },
);
