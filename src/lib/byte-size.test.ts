import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { formatByteSize, parseByteSize } from "./byte-size.ts";

test.each([
  ["0", 0],
  ["512MB", 512 * 1024 ** 2],
  ["512MiB", 512 * 1024 ** 2],
  ["1.5GB", 1.5 * 1024 ** 3],
  ["17B", 17],
  ["1 KB", 1024],
  ["17", null],
  ["1iB", null],
  ["1mb", null],
  ["-1MB", null],
  ["1e3B", null],
  ["999999999999999PB", null],
])("%j is %j bytes", (text, expected) => {
  expect(parseByteSize(text)).toBe(expected);
});

test("a size that is printed reads back", () => {
  assert(
    property(integer({ min: 0, max: 2 ** 43 }), (bytes) => {
      expect(parseByteSize(formatByteSize(bytes))).toBe(bytes);
    }),
  );
  expect(formatByteSize(1024 ** 3)).toBe("1GiB");
});
