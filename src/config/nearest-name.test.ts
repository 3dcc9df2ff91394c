import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const NAMES = ["retention_time", "retention_size", "path", "listen_address", "tls"];

test.each([
  ["retention_tme", "retention_time"],
  ["retention-size", "retention_size"],
  ["RetentionTime", "retention_time"],
  ["ptah", "path"],
  ["listen_adress", "listen_address"],
  ["tsl", "tls"],
  ["colour", null],
  ["x", null],
  ["", null],
  ["a".repeat(10_000), null],
])("%j is meant as %j", (word, expected) => {
  expect(nearestName(word, NAMES)).toBe(expected);
});
