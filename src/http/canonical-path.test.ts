import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalTarget } from "./canonical-path.ts";

test("splits path and query", () => {
  expect(canonicalTarget("/a/b?x=/../%2e")).toEqual({ path: "/a/b", query: "x=/../%2e" });
  expect(canonicalTarget("https://user:pw@host/a?b")).toEqual({ path: "/a", query: "b" });
  expect(canonicalTarget("http://host")).toEqual({ path: "/", query: "" });
  expect(canonicalTarget("*")).toBeNull();
  expect(canonicalTarget("host:443")).toBeNull();
});

test("one path has one accepted spelling: decoding never leads to another accepted one", () => {
  const segment = fc.stringMatching(/^[a-z%0-9A-F.;~é/\\]{1,8}$/);
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
      const path = `/${segments.join("/")}`;
      if (canonicalTarget(path) === null) return;
      const decoded = path.split("/").map((part) => decodeURIComponent(part));
      const spelledAgain = decoded.map((part) => encodeURIComponent(part)).join("/");
      expect(new URL(path, "http://h").pathname).toBe(path);
      expect(spelledAgain.toLowerCase()).toBe(path.toLowerCase());
      for (const part of decoded) expect(part).not.toMatch(/[/\\;\0]|^\.\.?$/);
    }),
    { numRuns: 2000 },
  );
});
