import { afterEach, expect, test, vi } from "vitest";
import type { OperatingError } from "#lib/operating-error";
import { StorageFailedError, StorageFullError } from "../errors.ts";
import { GroupCommit, type GroupCommitOptions } from "./group-commit.ts";
import type { LogRow } from "./head-database.ts";

/** A log on a disk that a test can break and mend. */
class FakeDisk {
  readonly rows: LogRow[] = [];
  attempts = 0;
  broken: OperatingError | null = null;
  freeBytes = 1000;

  write(rows: readonly LogRow[]): void {
    this.attempts += 1;
    if (this.broken !== null) throw this.broken;
    this.rows.push(...rows);
  }
}

const OPTIONS = { commitDelayMs: 5, commitBytesMax: 1000, retryMs: 50, minFreeBytes: 0 };

function start(disk: FakeDisk, options: Partial<GroupCommitOptions> = {}) {
  vi.useFakeTimers();
  const changes: (string | null)[] = [];
  const commit = new GroupCommit(
    {
      target: disk,
      clock: { nowMs: () => Date.now(), monotonicMs: () => Date.now() },
      takeDefinitions: () => null,
      freeBytes: () => disk.freeBytes,
      degradedChanged: (error) => changes.push(error?.code ?? null),
    },
    { ...OPTIONS, ...options },
    7,
  );
  return { commit, changes };
}

afterEach(() => {
  vi.useRealTimers();
});

/** What has become of each promise so far. */
async function outcomes(promises: readonly Promise<void>[]): Promise<readonly string[]> {
  return Promise.all(
    promises.map((promise) =>
      Promise.race([
        promise.then(
          () => "durable",
          (error: OperatingError) => error.code,
        ),
        Promise.resolve()
          .then(() => Promise.resolve("waiting"))
          .then((text) => text),
      ]),
    ),
  );
}

const record = (length: number): Uint8Array => new Uint8Array(length).fill(1);

test("batches of a few milliseconds share a row, and none is durable before it is written", async () => {
  const disk = new FakeDisk();
  const { commit } = start(disk);
  const promises = [commit.add(record(10), 100, 200), commit.add(record(10), 50, 150)];
  expect(await outcomes(promises)).toEqual(["waiting", "waiting"]);
  expect(disk.rows).toEqual([]);
  vi.advanceTimersByTime(5);
  expect(await outcomes(promises)).toEqual(["durable", "durable"]);
  expect(disk.rows).toMatchObject([{ seq: 7, minMs: 50, maxMs: 200 }]);
  commit.close();
});

test("many bytes do not wait", async () => {
  const disk = new FakeDisk();
  const { commit } = start(disk);
  const promise = commit.add(record(1000), 0, 0);
  expect(await outcomes([promise])).toEqual(["durable"]);
  commit.close();
});

test("a failed commit refuses its batches, keeps their row, and goes on in order", async () => {
  const disk = new FakeDisk();
  const { commit, changes } = start(disk);
  disk.broken = new StorageFailedError("disk I/O error");
  const refused = commit.add(record(10), 1, 1);
  vi.advanceTimersByTime(5);
  expect(await outcomes([refused])).toEqual(["storage_failed"]);
  expect(commit.failure?.code).toBe("storage_failed");
  vi.advanceTimersByTime(200);
  expect(disk.attempts).toBe(5);
  expect(disk.rows).toEqual([]);

  disk.broken = null;
  vi.advanceTimersByTime(50);
  expect(commit.failure).toBeNull();
  expect(disk.rows).toMatchObject([{ seq: 7, minMs: 1 }]);
  const next = commit.add(record(10), 2, 2);
  vi.advanceTimersByTime(5);
  expect(await outcomes([next])).toEqual(["durable"]);
  expect(disk.rows).toMatchObject([{ seq: 7 }, { seq: 8 }]);
  expect(changes).toEqual(["storage_failed", null]);
  commit.close();
});

test("the floor of free space is a refusal of its own, lifted when there is room", async () => {
  const disk = new FakeDisk();
  const { commit, changes } = start(disk, { minFreeBytes: 500 });
  commit.checkRoom();
  expect(commit.failure).toBeNull();
  disk.freeBytes = 499;
  commit.checkRoom();
  expect(commit.failure, "asked once a second").toBeNull();
  vi.advanceTimersByTime(1000);
  commit.checkRoom();
  expect(commit.failure).toBeInstanceOf(StorageFullError);
  vi.advanceTimersByTime(200);
  expect(commit.failure).toBeInstanceOf(StorageFullError);
  disk.freeBytes = 500;
  vi.advanceTimersByTime(50);
  expect(commit.failure).toBeNull();
  expect(changes).toEqual(["storage_full", null]);
  expect(disk.attempts).toBe(0);
  commit.close();
});

test("closing commits what is queued", async () => {
  const disk = new FakeDisk();
  const { commit } = start(disk);
  const promise = commit.add(record(10), 0, 0);
  commit.close();
  expect(await outcomes([promise])).toEqual(["durable"]);
});
