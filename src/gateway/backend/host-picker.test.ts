import { expect, test } from "vitest";
import { hostsOf } from "./host-picker.ts";

const record = (name: string, priority: number, weight: number) => ({
  name,
  port: 80,
  priority,
  weight,
});

test("of SRV records those of the lowest priority count, by their weight", () => {
  const hosts = hostsOf([record("a", 1, 20), record("b", 1, 10), record("c", 2, 90)], "https");
  expect(hosts).toEqual(["https://a:80", "https://a:80", "https://b:80"]);
});

test("no weight still is a share, and large ones make no long list", () => {
  expect(hostsOf([record("a", 0, 0), record("b", 0, 0)], "http")).toEqual([
    "http://a:80",
    "http://b:80",
  ]);
  const many = hostsOf([record("a", 0, 65_535), record("b", 0, 65_534)], "http");
  expect(many.length).toBeLessThanOrEqual(1001);
  expect(
    Math.abs(many.filter((host) => host === "http://a:80").length * 2 - many.length),
  ).toBeLessThan(3);
});
