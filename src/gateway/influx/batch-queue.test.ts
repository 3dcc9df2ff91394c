import { expect, test } from "vitest";
import type { Batch } from "./batch.ts";
import { BatchQueue } from "./batch-queue.ts";
import { QUEUE_BYTES_MAX } from "./limits.ts";

function batchOf(timeSeconds: number, bytes: number): Batch {
  return {
    id: String(timeSeconds),
    timeSeconds,
    lines: "",
    bytes,
    points: 1,
    counts: new Map(),
    mayBeStored: false,
  };
}

const inMemory = { folder: null, onFolderError: () => undefined };

test("the newest batches stay, as many as are allowed", () => {
  const queue = new BatchQueue(
    inMemory,
    [1, 2, 3].map((time) => batchOf(time, 10)),
  );
  queue.add(batchOf(4, 10));
  expect(queue.trim(2).map(({ timeSeconds }) => timeSeconds)).toEqual([1, 2]);
  expect([queue.length, queue.oldest?.timeSeconds, queue.points]).toEqual([2, 3, 2]);
  expect(queue.trim(2)).toEqual([]);
  expect(queue.trim(0)).toHaveLength(2);
  expect(queue.oldest).toBeNull();
});

test("they stay within the limit of bytes, however many are allowed", () => {
  const third = Math.floor(QUEUE_BYTES_MAX / 3);
  const queue = new BatchQueue(
    inMemory,
    [1, 2, 3].map((time) => batchOf(time, third)),
  );
  expect(queue.trim(Infinity)).toEqual([]);
  queue.add(batchOf(4, third));
  expect(queue.trim(Infinity).map(({ timeSeconds }) => timeSeconds)).toEqual([1]);
  queue.add(batchOf(5, QUEUE_BYTES_MAX + 1));
  expect(queue.trim(Infinity)).toHaveLength(4);
});

test("a batch that is removed twice is gone once", () => {
  const [first, second] = [batchOf(1, 1), batchOf(2, 1)];
  const queue = new BatchQueue(inMemory, [first, second]);
  queue.remove(first);
  queue.remove(first);
  expect(queue.oldest).toBe(second);
});
