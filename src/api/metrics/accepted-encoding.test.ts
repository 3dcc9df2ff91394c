import { expect, test } from "vitest";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { scrapeDeadlineMs } from "./scrape-deadline.ts";

test.each([
  [null, "identity"],
  ["", "identity"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  ["gzip, deflate", "gzip"],
  ["*;q=0.1", "gzip"],
  ["gzip;q=0, *", "identity"],
  ["gzip;q=0.000", "identity"],
  ["gzip; q=0.2, identity; q=0.1", "gzip"],
  ["identity, gzip;q=0.9", "identity"],
  ["gzip;q=2", "identity"],
  ["gzip;q=abc", "identity"],
  ["gzipx", "identity"],
])("Accept-Encoding %s means %s", (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});

test.each([
  [null, 60_000],
  ["10", 9_000],
  ["0.5", 450],
  ["0", 60_000],
  ["1e9", 60_000],
  ["-1", 60_000],
  ["999999", 60_000],
])("a scrape timeout of %s leaves %d ms", (header, ms) => {
  expect(scrapeDeadlineMs(header)).toBe(ms);
});
