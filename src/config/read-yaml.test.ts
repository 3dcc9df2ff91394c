import { describe, expect, test } from "vitest";
import type { ConfigNode } from "./config-node.ts";
import { formatFinding } from "./finding.ts";
import { readYaml } from "./read-yaml.ts";

function read(text: string | Uint8Array, env: Record<string, string> = {}) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return readYaml(bytes, "f.yaml", env);
}

function findings(text: string | Uint8Array): string[] {
  return read(text).findings.map(formatFinding);
}

/** The tree without positions. */
function plain(node: ConfigNode | null): unknown {
  if (node === null) return null;
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

describe("what is not readable", () => {
  test.each<[name: string, text: string | Uint8Array, finding: string]>([
    [
      "an empty file",
      "",
      "f.yaml:1:1: the file is empty; write `{}` to start with defaults, or remove the file",
    ],
    [
      "blanks",
      " \n\n",
      "f.yaml:1:1: the file is empty; write `{}` to start with defaults, or remove the file",
    ],
    [
      "UTF-16",
      new Uint8Array([0xff, 0xfe, 0x61, 0]),
      "f.yaml:1:1: the file is UTF-16; save it as UTF-8",
    ],
    ["Latin-1", Buffer.from("a: b\nc: \xe9\n", "latin1"), "f.yaml:2:1: the file is not UTF-8"],
    ["Latin-1 at the end", Buffer.from("a: \xe9", "latin1"), "f.yaml:1:1: the file is not UTF-8"],
    ["a list", "- a\n", "f.yaml:1:1: expected keys such as `server:` at the top of the file"],
    ["a word", "hello\n", "f.yaml:1:1: expected keys such as `server:` at the top of the file"],
    ["a tab", "a:\n\tb: c\n", "f.yaml:2:1: a tab is used for indentation; YAML wants spaces"],
    ["an open quote", 'a: "b\n', "f.yaml:2:1: a quote, bracket, colon or space is missing"],
    ["an open bracket", "a: [b\n", "f.yaml:2:1: the indentation does not fit the lines above"],
    [
      "an alias of nothing",
      "a: *b\n",
      "f.yaml:1:4: a: no anchor of this name above; quote a value that starts with *",
    ],
    ["an alias in its anchor", "a: &a [*a]\n", "f.yaml:1:8: a[0]: an alias inside its own anchor"],
    [
      "a tag",
      "a: !x b\n",
      "f.yaml:1:4: tags (!) are not supported; put quotes around a value that starts with !",
    ],
    [
      "a known tag",
      "a: !!int 5\n",
      "f.yaml:1:4: tags (!) are not supported; put quotes around a value that starts with !",
    ],
    [
      "a reserved character",
      "a: @b\n",
      "f.yaml:1:4: a value may not start with this character; put quotes around it",
    ],
    [
      "two documents",
      "a: b\n---\nc: d\n",
      "f.yaml:2:1: only one YAML document is allowed; remove the second --- line",
    ],
    ["a list as key", "? [a]\n: b\n", "f.yaml:1:3: a key must be a plain word"],
    [
      "a key twice",
      "a:\n  b: 1\n  b: 2\n",
      "f.yaml:3:3: a.b: this key stands here a second time; first in line 2",
    ],
    [
      "a merge of text",
      "a:\n  <<: b\n",
      "f.yaml:2:3: a: `<<` takes an alias of a mapping, or a list of such",
    ],
  ])("%s", (_name, text, finding) => {
    expect(findings(text)).toEqual([finding]);
  });

  test("no finding quotes the text, which may be a secret", () => {
    const canary = "hunter2";
    const texts = [
      "*C",
      "!C x",
      "%C",
      "@C",
      '"C',
      "'C",
      "[C",
      "{C",
      "C: C: C",
      "|C\n x",
      "`C",
      "&C",
      "\tC",
      '"\\C"',
    ];
    let count = 0;
    for (const text of texts) {
      const told = findings(`secret: ${text.replaceAll("C", canary)}\n  other: ${canary}\n`);
      count += told.length;
      expect(told.join("\n")).not.toContain(canary);
    }
    expect(count).toBeGreaterThan(10);
  });
});

describe("what must not take the process down", () => {
  test("aliases that stand for a billion nodes", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 9; level += 1) {
      const alias = `*a${level - 1}`;
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => alias).join(",")}]`);
    }
    expect(findings(lines.join("\n"))[0]).toMatch(/more than 200000 values, aliases expanded$/);
  });

  test("a chain of merges that doubles", () => {
    const lines = ["a0: &a0 {k: v}"];
    for (let level = 1; level < 40; level += 1) {
      lines.push(`a${level}: &a${level} {<<: [*a${level - 1}, *a${level - 1}], k${level}: v}`);
    }
    const { root, findings: told } = read(lines.join("\n"));
    expect(root === null || told.length === 0).toBe(true);
  });

  test.each(["[", "{a: ", "- ", "a:\n"])("%j ten thousand deep", (piece) => {
    expect(findings(piece.repeat(10_000)).length).toBeGreaterThan(0);
  });

  test("as many keys as fit into a file", () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `k${index}:`).join("\n");
    const { root } = read(keys);
    expect(root?.entries).toHaveLength(100_000);
  });
});

describe("what is read", () => {
  test("text stays text, whatever it looks like", () => {
    const { root } = read(
      "a: 0x10\nb: yes\nc: 1e3\nd: 2026-01-01\ne: ~\nf: 'it''s'\ng: \"t\\n\"\n",
    );
    expect(plain(root)).toEqual({
      a: "0x10",
      b: "yes",
      c: "1e3",
      d: "2026-01-01",
      e: "~",
      f: "it's",
      g: "t\n",
    });
  });

  test("blocks of text", () => {
    const { root } = read("a: |\n  one\n  two\nb: >-\n  one\n  two\n");
    expect(plain(root)).toEqual({ a: "one\ntwo\n", b: "one two" });
  });

  test("merges: own keys win, then the first of several", () => {
    const { root } = read(
      "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 3}\nw:\n  <<: *y\n",
    );
    expect(plain(root)).toMatchObject({ z: { a: "3", b: "1", c: "2" }, w: { b: "2", c: "2" } });
  });

  test("an alias means the nearest anchor above", () => {
    const { root } = read("a: &n 1\nb: *n\nc: &n 2\nd: *n\n");
    expect(plain(root)).toEqual({ a: "1", b: "1", c: "2", d: "2" });
  });

  test("a key called __proto__ is a key", () => {
    const { root } = read("__proto__: {a: b}\n");
    expect(root?.entries.map(({ key }) => key)).toEqual(["__proto__"]);
  });
});
