import type { Clock } from "#lib/clock";
import type { OperatingError } from "#lib/operating-error";
import { StorageFailedError, StorageFullError } from "../errors.ts";
import { ByteSink } from "./byte-sink.ts";
import type { LogRow } from "./head-database.ts";

/**
 * Batches share commits: the first one waits a little, all that come meanwhile lie in the same row,
 * and one commit makes them durable together. The wait grows with what a commit costs, so that
 * commits never take more than a fifth of the thread.
 *
 * When a commit fails, its batches are refused, but their samples are in the head already; so their
 * row is kept and tried again until it is written, and meanwhile every append is refused. Thus
 * nothing is acknowledged that is not durable, and the next acknowledged batch comes after
 * everything that the head has. Memory stays bounded by one group.
 */
/** Of rows. Version 1 is the same without native histograms, and is read. */
export const LOG_RECORD_VERSION = 2;

const COMMIT_SHARE = 4;

/** Where rows go. */
export interface LogTarget {
  write(rows: readonly LogRow[]): void;
}

export interface GroupCommitDeps {
  readonly target: LogTarget;
  readonly clock: Clock;
  /** What the log has not been told of series used so far. */
  takeDefinitions(): Uint8Array | null;
  /** Free bytes of the disk. */
  freeBytes(): number;
  /** Told when writing stops working (with the reason) and when it works again (null). */
  degradedChanged(reason: OperatingError | null): void;
}

export interface GroupCommitOptions {
  readonly commitDelayMs: number;
  readonly commitBytesMax: number;
  readonly retryMs: number;
  readonly minFreeBytes: number;
}

interface Group {
  readonly done: Promise<void>;
  resolve(): void;
  reject(reason: OperatingError): void;
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  readonly #options: GroupCommitOptions;
  readonly #bytes = new ByteSink();
  #batches = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = Number.NEGATIVE_INFINITY;
  #group: Group | null = null;
  #timer: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #kept: LogRow | null = null;
  #failure: OperatingError | null = null;
  #commitMs = 0;
  #freeCheckedMs = Number.NEGATIVE_INFINITY;
  /** Row of the log in which the next batch will lie. */
  seq: number;
  commits = 0;
  bytesWritten = 0;

  constructor(deps: GroupCommitDeps, options: GroupCommitOptions, nextSeq: number) {
    this.#deps = deps;
    this.#options = options;
    this.seq = nextSeq;
  }

  /** Why appends are refused at the moment, or null. */
  get failure(): OperatingError | null {
    return this.#failure;
  }

  /** Refuses below the floor of free space, before SQLite meets the wall; looked up once a second. */
  checkRoom(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#failure !== null || nowMs - this.#freeCheckedMs < 1000) return;
    this.#freeCheckedMs = nowMs;
    if (this.#isBelowFloor()) this.#fail(this.#floorError());
  }

  /** Queues a record; resolves when it is durable. */
  add(record: Uint8Array, minMs: number, maxMs: number): Promise<void> {
    this.#bytes.putSection(record);
    this.#batches += 1;
    this.#minMs = Math.min(this.#minMs, minMs);
    this.#maxMs = Math.max(this.#maxMs, maxMs);
    this.#group ??= newGroup();
    const { done } = this.#group;
    if (this.#bytes.length >= this.#options.commitBytesMax) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#delayMs());
    return done;
  }

  /** Resolves when all that is queued is durable; null where nothing is. */
  get pending(): Promise<void> | null {
    return this.#group?.done ?? null;
  }

  /** Commits what is queued now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const group = this.#group;
    if (group === null) return;
    this.#group = null;
    const row = this.#takeRow();
    const failure = this.#tryWrite(row);
    if (failure === null) {
      group.resolve();
      return;
    }
    this.#kept = row;
    group.reject(failure);
    this.#fail(failure);
  }

  /** Commits, and stops trying where that fails: a kept row was never acknowledged. */
  close(): void {
    this.flush();
    if (this.#kept !== null) this.#tryWrite(this.#kept);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #delayMs(): number {
    return Math.max(this.#options.commitDelayMs, this.#commitMs * COMMIT_SHARE);
  }

  #takeRow(): LogRow {
    const payload = new ByteSink();
    payload.putByte(LOG_RECORD_VERSION);
    payload.putVarint(this.#batches);
    payload.putBytes(this.#bytes.view());
    const row = {
      seq: this.seq,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      payload: payload.view(),
      definitions: this.#deps.takeDefinitions(),
    };
    this.seq += 1;
    this.#bytes.clear();
    this.#batches = 0;
    this.#minMs = Number.POSITIVE_INFINITY;
    this.#maxMs = Number.NEGATIVE_INFINITY;
    return row;
  }

  #tryWrite(row: LogRow): OperatingError | null {
    const startMs = this.#deps.clock.monotonicMs();
    try {
      this.#deps.target.write([row]);
    } catch (error) {
      return error instanceof StorageFullError || error instanceof StorageFailedError
        ? error
        : new StorageFailedError(String(error), { cause: error });
    }
    const tookMs = this.#deps.clock.monotonicMs() - startMs;
    this.#commitMs += (tookMs - this.#commitMs) / 8;
    this.commits += 1;
    this.bytesWritten += row.payload.length + (row.definitions?.length ?? 0);
    return null;
  }

  #fail(failure: OperatingError): void {
    this.#failure = failure;
    this.#deps.degradedChanged(failure);
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    this.#retry = setTimeout(() => this.#tryAgain(), this.#options.retryMs);
    // Waiting for room must not keep a process alive that wants to end.
    this.#retry.unref();
  }

  #tryAgain(): void {
    this.#retry = null;
    const failure = this.#isBelowFloor() ? this.#floorError() : this.#writeKept();
    if (failure !== null) {
      this.#failure = failure;
      this.#scheduleRetry();
      return;
    }
    this.#failure = null;
    this.#deps.degradedChanged(null);
  }

  #writeKept(): OperatingError | null {
    if (this.#kept === null) return null;
    const failure = this.#tryWrite(this.#kept);
    if (failure === null) this.#kept = null;
    return failure;
  }

  #isBelowFloor(): boolean {
    return this.#deps.freeBytes() < this.#options.minFreeBytes;
  }

  #floorError(): StorageFullError {
    return new StorageFullError(
      `the disk has less than ${this.#options.minFreeBytes} bytes left (storage.min_free_bytes)`,
    );
  }
}

function newGroup(): Group {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Every append has its own handler; a group without one must not end the process.
  promise.catch(() => null);
  return { done: promise, resolve, reject };
}
