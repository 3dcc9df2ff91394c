import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKeySeal } from "./key-sealing.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gaugeway-seal-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const PRIVATE = Buffer.from("a private key");

test("only the same file, context and text open what was sealed", () => {
  const file = join(folder, "data", "access.key");
  const sealed = createKeySeal(file).seal(PRIVATE, "one");
  expect(sealed).not.toContain(PRIVATE.toString("base64url"));
  expect(createKeySeal(file).open(sealed, "one")).toEqual(PRIVATE);
  expect(createKeySeal(file).open(sealed, "two")).toBeNull();
  expect(createKeySeal(join(folder, "other")).open(sealed, "one")).toBeNull();
  expect(createKeySeal(null).open(sealed, "one")).toBeNull();
  const last = sealed.at(-1) === "A" ? "Q" : "A";
  expect(createKeySeal(file).open(sealed.slice(0, -1) + last, "one")).toBeNull();
  expect(createKeySeal(file).open("nonsense", "one")).toBeNull();
});

test("the same text is sealed otherwise each time", () => {
  const seal = createKeySeal(null);
  expect(seal.seal(PRIVATE, "one")).not.toBe(seal.seal(PRIVATE, "one"));
});

test("the file is its owner's alone, and what is no key is refused, not replaced", () => {
  const file = join(folder, "access.key");
  createKeySeal(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, "short\n");
  expect(() => createKeySeal(file)).toThrow(/does not hold a sealing key: restore it/);
  expect(readFileSync(file, "utf8")).toBe("short\n");
});
