import { expect, test } from "vitest";
import { retryDelayMs } from "./retry-delay.ts";

const noJitter = (): number => 0;

test("pauses double up to a minute", () => {
  const delays = [1, 2, 3, 4, 7, 50].map((failures) =>
    retryDelayMs(failures, 25_000, null, noJitter),
  );
  expect(delays).toEqual([1000, 2000, 4000, 8000, 60_000, 60_000]);
});

test("or up to ttl, where that is longer", () => {
  expect(retryDelayMs(50, 300_000, null, noJitter)).toBe(300_000);
});

test("begin with ttl, where that is shorter", () => {
  expect(retryDelayMs(1, 100, null, noJitter)).toBe(100);
});

test("are not shorter than the server asks for", () => {
  expect(retryDelayMs(1, 25_000, 30_000, noJitter)).toBe(30_000);
});

test("differ by up to a fifth", () => {
  expect(retryDelayMs(1, 25_000, null, () => 1)).toBe(800);
});
