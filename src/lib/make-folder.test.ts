import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

test("makes what is missing, and is content with what is there", () => {
  const root = mkdtempSync(join(tmpdir(), "gaugeway-folder-"));
  try {
    const path = join(root, "a/b/c");
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
    writeFileSync(join(root, "file"), "");
    expect(() => makeFolder(join(root, "file/x"))).toThrow("choose another with storage.path");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.runIf(process.platform === "linux")("says so where nothing can be made, and returns", () => {
  expect(() => makeFolder("/proc/gaugeway/data")).toThrow(
    /^The folder \/proc\/gaugeway cannot be made \(E[A-Z]+\): choose another/,
  );
});
