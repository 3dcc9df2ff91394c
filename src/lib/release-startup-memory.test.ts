import { getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";
import { releaseStartupMemory } from "./release-startup-memory.ts";

test("what nobody holds any more is gone, and the collector stays hidden", () => {
  releaseStartupMemory();
  const before = heldBytes();
  let garbage: object[] | null = Array.from({ length: 500_000 }, (_, i) => ({ i }));
  expect(heldBytes() - before).toBeGreaterThan(10_000_000);
  garbage = null;
  releaseStartupMemory();
  expect(garbage).toBeNull();
  expect(heldBytes() - before).toBeLessThan(5_000_000);
  expect(globalThis.gc).toBeUndefined();
});

function heldBytes(): number {
  return getHeapStatistics().used_heap_size;
}
