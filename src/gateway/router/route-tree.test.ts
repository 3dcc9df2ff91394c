/** The tree against a plain list of patterns, tried one after the other. */
import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEndpointPath, type PathSegment } from "../config/endpoint-path.ts";
import { RouteTree } from "./route-tree.ts";

function segmentsOf(path: string, disableRest = false): readonly PathSegment[] {
  const parsed = parseEndpointPath(path, disableRest);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed.segments;
}

function treeOf(...paths: readonly string[]): RouteTree<string> {
  const tree = new RouteTree<string>();
  for (const path of paths) tree.add(segmentsOf(path, true), "GET", path);
  return tree;
}

describe("a literal goes first, and what leads nowhere is left again", () => {
  const tree = treeOf("/a/b/c", "/a/{x}/d", "/{y}/b/e", "/f/*", "/f/g", "/v{n}.json", "/");

  test.each([
    ["/a/b/c", "/a/b/c", []],
    ["/a/b/d", "/a/{x}/d", ["b"]],
    ["/a/b/e", "/{y}/b/e", ["a"]],
    ["/f/g", "/f/g", []],
    ["/f/g/h", "/f/*", []],
    ["/f/", "/f/*", []],
    ["/v12.json", "/v{n}.json", ["12"]],
    ["/", "/", []],
  ])("%s", (path, target, values) => {
    const match = tree.find(path, "GET");
    expect(match?.found.get("GET")).toBe(target);
    expect(match?.values).toEqual(values);
  });

  test.each(["/a", "/a/b", "/a//d", "/f", "/v.json", "/v12xjson", "/A/b/c"])("not %s", (path) => {
    expect(tree.find(path, "GET")).toBeNull();
  });

  test("without regard to case the path is given as configured", () => {
    expect(tree.find("/A/x/D", "GET", "nothing")?.path).toBe("/a/x/d");
  });
});

test("finds what a list of patterns finds", () => {
  const word = constantFrom("a", "b", "{x}");
  const pattern = array(word, { minLength: 1, maxLength: 4 }).map((parts) =>
    parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part)),
  );
  const path = array(constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
  assert(
    property(array(pattern, { maxLength: 8 }), path, (patterns, segments) => {
      const tree = treeOf(...patterns.map((parts) => `/${parts.join("/")}`));
      const matches = patterns.some(
        (parts) =>
          parts.length === segments.length &&
          parts.every((part, index) => part.startsWith("{") || part === segments[index]),
      );
      expect(tree.find(`/${segments.join("/")}`, "GET") !== null).toBe(matches);
    }),
  );
});
