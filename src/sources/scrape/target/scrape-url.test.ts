import { expect, test } from "vitest";
import { formatScrapeUrl } from "./scrape-url.ts";

test("parameters are sorted and escaped as Go escapes them", () => {
  const params = new Map([
    ["match[]", ["{job='a b'}", "up"]],
    ["a", ["1&2"]],
  ]);
  expect(formatScrapeUrl({ scheme: "https", address: "h:9", path: "/federate", params })).toBe(
    "https://h:9/federate?a=1%262&match%5B%5D=%7Bjob%3D%27a+b%27%7D&match%5B%5D=up",
  );
});

test("a question mark in the path stays part of the path", () => {
  const url = formatScrapeUrl({ scheme: "http", address: "h", path: "m?x=1", params: new Map() });
  expect(url).toBe("http://h/m%3Fx=1");
  expect(new URL(url).search).toBe("");
});
