import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RelabelRule } from "../scrape-config.ts";
import { compileRelabelRules, type MutableLabels } from "./relabel.ts";

function rule(overrides: Partial<RelabelRule>): RelabelRule {
  return {
    action: "replace",
    sourceLabels: [],
    separator: ";",
    regex: "(.*)",
    modulus: 0,
    targetLabel: "",
    replacement: "$1",
    ...overrides,
  };
}

/** Null: dropped. */
function relabel(
  labels: Record<string, string>,
  ...rules: Partial<RelabelRule>[]
): Record<string, string> | null {
  const shaped: MutableLabels = new Map(Object.entries(labels));
  return compileRelabelRules(rules.map(rule))(shaped) ? Object.fromEntries(shaped) : null;
}

interface Case {
  readonly what: string;
  readonly given: Record<string, string>;
  readonly rules: Partial<RelabelRule>[];
  readonly becomes: Record<string, string> | null;
}

const cases: readonly Case[] = [
  {
    what: "replace joins sources and fills groups",
    given: { host: "db7", zone: "eu" },
    rules: [
      {
        sourceLabels: ["host", "zone"],
        regex: "([a-z]+)(\\d+);(.+)",
        targetLabel: "id",
        replacement: "${3}-$1-${2}",
      },
    ],
    becomes: { host: "db7", zone: "eu", id: "eu-db-7" },
  },
  {
    what: "replace needs the whole text to match",
    given: { host: "db7x" },
    rules: [{ sourceLabels: ["host"], regex: "db\\d", targetLabel: "id", replacement: "yes" }],
    becomes: { host: "db7x" },
  },
  {
    what: "replace with an empty result removes the target label",
    given: { host: "a", id: "old" },
    rules: [{ sourceLabels: ["host"], regex: "(x?).*", targetLabel: "id" }],
    becomes: { host: "a" },
  },
  {
    what: "replace sets a constant without sources",
    given: {},
    rules: [{ targetLabel: "team", replacement: "core" }],
    becomes: { team: "core" },
  },
  {
    what: "replace takes the label's name from a group",
    given: { pair: "color=red" },
    rules: [
      { sourceLabels: ["pair"], regex: "(\\w+)=(\\w+)", targetLabel: "x_$1", replacement: "$2" },
    ],
    becomes: { pair: "color=red", x_color: "red" },
  },
  {
    what: "an unknown group is empty, a doubled dollar is one, $1x names the group 1x",
    given: { a: "v" },
    rules: [{ sourceLabels: ["a"], targetLabel: "b", replacement: "[$9|$$|$1x|${1}x]" }],
    becomes: { a: "v", b: "[|$||vx]" },
  },
  {
    what: "named groups",
    given: { a: "k:v" },
    rules: [
      { sourceLabels: ["a"], regex: "(?P<k>.):(?P<v>.)", targetLabel: "$k", replacement: "${v}" },
    ],
    becomes: { a: "k:v", k: "v" },
  },
  {
    what: "dot matches a newline",
    given: { a: "x\ny" },
    rules: [{ action: "keep", sourceLabels: ["a"], regex: "x.y" }],
    becomes: { a: "x\ny" },
  },
  {
    what: "keep",
    given: { a: "1" },
    rules: [{ action: "keep", sourceLabels: ["a"], regex: "2|3" }],
    becomes: null,
  },
  {
    what: "drop",
    given: { a: "1", b: "2" },
    rules: [{ action: "drop", sourceLabels: ["a", "b"], separator: "/", regex: "1/2" }],
    becomes: null,
  },
  {
    what: "drop that does not match",
    given: { a: "1" },
    rules: [{ action: "drop", sourceLabels: ["a"], regex: "" }],
    becomes: { a: "1" },
  },
  {
    what: "a missing label reads as empty",
    given: { a: "1" },
    rules: [{ action: "drop", sourceLabels: ["missing"], regex: "" }],
    becomes: null,
  },
  {
    what: "keepequal",
    given: { a: "1", b: "2" },
    rules: [{ action: "keepequal", sourceLabels: ["a"], targetLabel: "b" }],
    becomes: null,
  },
  {
    what: "dropequal",
    given: { a: "1", b: "1" },
    rules: [{ action: "dropequal", sourceLabels: ["a"], targetLabel: "b" }],
    becomes: null,
  },
  {
    what: "lowercase and uppercase go rune by rune, as in Go",
    given: { a: "Straße ΑΣ" },
    rules: [
      { action: "lowercase", sourceLabels: ["a"], targetLabel: "low" },
      { action: "uppercase", sourceLabels: ["a"], targetLabel: "up" },
    ],
    becomes: { a: "Straße ΑΣ", low: "straße ασ", up: "STRAßE ΑΣ" },
  },
  {
    what: "labelmap copies under new names",
    given: { __meta_k_app: "web", __meta_k_env: "t", other: "x" },
    rules: [{ action: "labelmap", regex: "__meta_k_(.+)" }],
    becomes: { __meta_k_app: "web", __meta_k_env: "t", other: "x", app: "web", env: "t" },
  },
  {
    what: "labeldrop",
    given: { tmp_a: "1", tmp_b: "2", c: "3" },
    rules: [{ action: "labeldrop", regex: "tmp_.*" }],
    becomes: { c: "3" },
  },
  {
    what: "labelkeep",
    given: { tmp_a: "1", c: "3" },
    rules: [{ action: "labelkeep", regex: "c|d" }],
    becomes: { c: "3" },
  },
  {
    what: "rules see what the rules before them did, and stop at a drop",
    given: { a: "1" },
    rules: [
      { sourceLabels: ["a"], targetLabel: "b" },
      { action: "keep", sourceLabels: ["b"], regex: "1" },
      { action: "labeldrop", regex: "a" },
    ],
    becomes: { b: "1" },
  },
];

test.for(cases)("$what", ({ given, rules, becomes }) => {
  expect(relabel(given, ...rules)).toEqual(becomes);
});

test("hashmod takes the last eight bytes of the MD5 sum", () => {
  const sum = createHash("md5").update("host-1").digest("hex");
  const expected = String(BigInt(`0x${sum.slice(16)}`) % 7n);
  expect(
    relabel(
      { a: "host-1" },
      { action: "hashmod", sourceLabels: ["a"], targetLabel: "s", modulus: 7 },
    ),
  ).toEqual({ a: "host-1", s: expected });
});

test("an expression that takes exponential time elsewhere takes linear time here", () => {
  const evil = `${"a".repeat(5000)}!`;
  expect(relabel({ a: evil }, { action: "keep", sourceLabels: ["a"], regex: "(a+)+" })).toBeNull();
});

test("with legacy names a target label outside the classic set is left out", () => {
  const replace = rule({ sourceLabels: ["a"], targetLabel: "$1" });
  const labels: MutableLabels = new Map([["a", "grün"]]);
  compileRelabelRules([replace], { legacyNames: true })(labels);
  expect(Array.from(labels.keys())).toEqual(["a"]);
  compileRelabelRules([replace])(labels);
  expect(Array.from(labels.keys())).toEqual(["a", "grün"]);
});
