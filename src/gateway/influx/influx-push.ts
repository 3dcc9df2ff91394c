import { hostname } from "node:os";
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import type { Registry } from "#telemetry";
import type { WindowSnapshot } from "../telemetry/window-snapshot.ts";
import { type Batch, createBatch } from "./batch.ts";
import { BatchFolder } from "./batch-folder.ts";
import { BatchQueue } from "./batch-queue.ts";
import { CountBaseline } from "./count-baseline.ts";
import { type DeliveryState, noDeliveries } from "./delivery-state.ts";
import { InfluxClient } from "./influx-client.ts";
import type { InfluxOptions } from "./influx-options.ts";
import { REQUEST_TIMEOUT_MS } from "./limits.ts";
import { reportDelivery } from "./metrics.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { writeInParts } from "./write-in-parts.ts";
import type { WriteOutcome } from "./write-outcome.ts";

/** The longest delay that Node's timers take. */
const TIMER_MS_MAX = 2 ** 31 - 1;

type Failure = Extract<WriteOutcome, { kind: "failed" }>;
type Refusal = Extract<WriteOutcome, { kind: "refused" }>;

export interface InfluxPushDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  /** The `host` tag; default: the machine's name. */
  readonly host?: string;
}

/**
 * Pushes each window once. Windows become batches when they end and wait in a queue; every `ttl` the
 * queue is written, oldest first. What the server will never take goes, and does not hold up the
 * rest; what an outage holds up is kept within `buffer_size`.
 */
export class InfluxPush {
  readonly #options: InfluxOptions;
  readonly #deps: InfluxPushDeps;
  readonly #client: InfluxClient;
  readonly #queue: BatchQueue;
  readonly #host: string;
  readonly #baseline = new CountBaseline();
  readonly #counts = noDeliveries();
  readonly #stopped = new AbortController();
  #lastSecond = -1;
  #isWriting = false;
  #failuresInRow = 0;
  #loggedRefusal: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> = Promise.resolve();

  /** Fails with `influx_buffer_dir`. */
  static async open(options: InfluxOptions, deps: InfluxPushDeps): Promise<InfluxPush> {
    const folder =
      options.bufferFolder === null ? null : await BatchFolder.open(options.bufferFolder);
    const restored = (await folder?.load()) ?? [];
    const queue = new BatchQueue(
      {
        folder,
        onFolderError: (error) =>
          deps.log.error({ error }, "a batch for InfluxDB could not be kept in buffer_dir"),
      },
      restored,
    );
    const push = new InfluxPush(options, deps, queue);
    push.#start();
    return push;
  }

  private constructor(options: InfluxOptions, deps: InfluxPushDeps, queue: BatchQueue) {
    this.#options = options;
    this.#deps = deps;
    this.#queue = queue;
    this.#host = deps.host ?? hostname();
    this.#client = new InfluxClient(options);
  }

  #start(): void {
    const { ttlMs, bufferSize, target } = this.#options;
    const { log, registry } = this.#deps;
    this.#drop(this.#queue.trim(bufferSize));
    reportDelivery(registry, () => this.state());
    const { address, batchesQueued } = this.state();
    log.info(
      { address, api: target.kind, ttlMs, bufferSize, batchesQueued },
      "pushing to InfluxDB",
    );
    void this.#ping();
    this.#schedule(ttlMs);
  }

  /** Takes a window that has ended. */
  add(snapshot: WindowSnapshot): void {
    const second = Math.floor(snapshot.timeMs / 1000);
    // Points of one second would overwrite each other: its counts come with the next window.
    if (second !== this.#lastSecond) this.#enqueue(snapshot, second);
  }

  state(): DeliveryState {
    const oldest = this.#queue.oldest;
    const nowSeconds = Math.round(this.#deps.clock.nowMs() / 1000);
    return {
      address: this.#options.address.origin + this.#options.address.pathname,
      ...this.#counts,
      batchesQueued: this.#queue.length,
      pointsQueued: this.#queue.points,
      lagSeconds: oldest === null ? 0 : Math.max(0, nowSeconds - oldest.timeSeconds),
    };
  }

  /** Takes a last window, writes what is queued within the grace, and ends. */
  async close(last: WindowSnapshot, graceMs: number): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#stopped.abort();
    await this.#flushing;
    this.#enqueue(last, Math.max(Math.floor(last.timeMs / 1000), this.#lastSecond + 1));
    await this.#writeQueued(AbortSignal.timeout(Math.ceil(graceMs)));
    await this.#queue.settled();
    await this.#client[Symbol.asyncDispose]();
    if (this.#queue.length === 0) return;
    const kept = this.#options.bufferFolder;
    const message =
      kept === null
        ? "batches for InfluxDB are lost with this process; buffer_dir would keep them"
        : "batches for InfluxDB are kept for the next start";
    this.#deps.log.warn({ batches: this.#queue.length, folder: kept }, message);
  }

  #enqueue(snapshot: WindowSnapshot, second: number): void {
    this.#lastSecond = second;
    this.#queue.add(createBatch(snapshot, second, this.#host, this.#baseline));
    // A batch that is being written may be stored already: what has to go goes afterwards.
    if (!this.#isWriting) this.#drop(this.#queue.trim(this.#batchesMax()));
  }

  /** While the server is away: those that have failed, and the newest one, to be tried next. */
  #batchesMax(): number {
    return this.#failuresInRow === 0 ? Infinity : this.#options.bufferSize + 1;
  }

  #schedule(delayMs: number): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(
      () => {
        this.#flushing = this.#flush();
      },
      Math.min(delayMs, TIMER_MS_MAX),
    );
  }

  async #flush(): Promise<void> {
    const failure = await this.#writeQueued(this.#stopped.signal);
    if (failure === null) this.#schedule(this.#options.ttlMs);
    else if (!this.#stopped.signal.aborted) this.#schedule(this.#onFailed(failure));
  }

  /** Until the queue is empty or a write fails. */
  async #writeQueued(signal: AbortSignal): Promise<Failure | null> {
    this.#isWriting = true;
    try {
      for (let batch = this.#queue.oldest; batch !== null; batch = this.#queue.oldest) {
        const outcome = await writeInParts((lines) => this.#write(lines, signal), batch.lines);
        if (outcome.kind === "failed") {
          batch.mayBeStored ||= outcome.mayBeStored;
          return outcome;
        }
        if (outcome.kind === "stored") this.#onStored(batch);
        else this.#onRefused(batch, outcome);
      }
      return null;
    } finally {
      this.#isWriting = false;
    }
  }

  #write(lines: string, signal: AbortSignal): Promise<WriteOutcome> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    return this.#client.write(lines, AbortSignal.any([signal, timeout]));
  }

  #onStored(batch: Batch): void {
    const { log, clock } = this.#deps;
    if (this.#failuresInRow > 0 || this.#loggedRefusal !== null) {
      log.info({ queued: this.#queue.length }, "InfluxDB takes points again");
    }
    log.debug({ points: batch.points }, "points sent to InfluxDB");
    this.#queue.remove(batch);
    this.#failuresInRow = 0;
    this.#loggedRefusal = null;
    this.#counts.batchesStored += 1;
    this.#counts.pointsStored += batch.points;
    this.#counts.lastSuccessMs = clock.nowMs();
    this.#counts.lastError = null;
  }

  /** The delay until the next attempt. */
  #onFailed({ reason, retryAfterMs }: Failure): number {
    this.#failuresInRow += 1;
    this.#counts.writesFailed += 1;
    this.#counts.lastError = reason;
    const level = this.#failuresInRow === 1 ? "warn" : "debug";
    this.#deps.log[level](
      { reason, queued: this.#queue.length, bufferSize: this.#options.bufferSize },
      "InfluxDB cannot be written to; trying again",
    );
    this.#drop(this.#queue.trim(this.#options.bufferSize));
    return retryDelayMs(this.#failuresInRow, this.#options.ttlMs, retryAfterMs);
  }

  #onRefused(batch: Batch, outcome: Refusal): void {
    const { reason, hint, mayBePartial } = outcome;
    this.#queue.remove(batch);
    this.#failuresInRow = 0;
    batch.mayBeStored ||= mayBePartial;
    this.#giveBack(batch);
    this.#counts.batchesRefused += 1;
    this.#counts.lastError = `${reason} ${hint}`;
    const level = this.#loggedRefusal === hint ? "debug" : "error";
    this.#loggedRefusal = hint;
    this.#deps.log[level](
      { reason, points: batch.points },
      `InfluxDB refuses a batch, which is dropped: ${hint}`,
    );
  }

  #drop(batches: readonly Batch[]): void {
    for (const batch of batches) this.#giveBack(batch);
    this.#counts.batchesDropped += batches.length;
  }

  /** What was certainly not stored is counted by the next batch; what may be must not count twice. */
  #giveBack({ counts, mayBeStored }: Batch): void {
    if (!mayBeStored) this.#baseline.giveBack(counts);
  }

  async #ping(): Promise<void> {
    const { log } = this.#deps;
    try {
      const version = await this.#client.ping(AbortSignal.timeout(REQUEST_TIMEOUT_MS));
      log.debug({ version }, "InfluxDB answers");
    } catch (error) {
      if (!this.#stopped.signal.aborted) log.warn({ error }, "InfluxDB does not answer the ping");
    }
  }
}
