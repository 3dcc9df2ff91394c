/**
 * One scrape: fetch, parse as the bytes come, append everything in one batch with the report and the
 * stale markers. It ends within the target's timeout whatever the target does, and what it stores is
 * whole: a body that breaks off leaves markers and `up` 0, never half its samples.
 */
import { STATUS_CODES } from "node:http";
import { assert } from "#lib/assert";
import type { Clock } from "#lib/clock";
import type { OperatingError } from "#lib/operating-error";
import type { Appendable, AppendOutcome } from "#model";
import { acceptHeader } from "../http/accept-headers.ts";
import { bodyFormat } from "../http/body-format.ts";
import { discardBody, type HttpAnswer, type HttpClient } from "../http/http-client.ts";
import { readBody } from "../http/read-body.ts";
import type { BatchColumns, ColumnsPool } from "../ingest/batch-columns.ts";
import type { ScrapeJobConfig } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import type { Target } from "../target/target.ts";
import { Deadline } from "./deadline.ts";
import { describeFailure } from "./describe-failure.ts";
import type { ScraperLimits } from "./scrape-limits.ts";
import type { Logger } from "#lib/logger";
import type { ScrapeObserver } from "./scrape-observer.ts";
import type { TargetMemory } from "./target-memory.ts";

/** What scrapes need and all targets share. */
export interface ScrapeContext {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer: ScrapeObserver;
  readonly limits: ScraperLimits;
  readonly columns: ColumnsPool;
}

/** How a target is scraped now; changes when the configuration is reloaded. */
export interface TargetSettings {
  readonly job: ScrapeJobConfig;
  readonly client: HttpClient;
  /** Set: the target is not asked at all, and every scrape fails with this. */
  readonly forcedError: OperatingError | null;
}

/** The newest scrape, as shown to people. */
export interface TargetState {
  readonly health: "unknown" | "up" | "down";
  readonly lastError: string;
  /** Null: none yet. */
  readonly lastScrapeMs: number | null;
  readonly lastScrapeDurationMs: number;
}

/** What came of asking the target. */
interface Fetched {
  /** Null: the body was read and understood. */
  readonly error: OperatingError | null;
  /** Whether `counts` tell what the body held: it was parsed, at least up to a fault. */
  readonly isCounted: boolean;
  readonly bodyBytes: number;
}

/** The body was understood up to here; transport faults are everything else. */
class BodyFault extends Error {
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super("the body is at fault", { cause });
    this.cause = cause;
  }
}

export class TargetScraper {
  readonly target: Target;
  readonly memory: TargetMemory;
  settings: TargetSettings;
  /** Another target goes on with the memory. */
  isSucceeded = false;
  state: TargetState = {
    health: "unknown",
    lastError: "",
    lastScrapeMs: null,
    lastScrapeDurationMs: 0,
  };
  readonly #context: ScrapeContext;

  constructor(
    target: Target,
    memory: TargetMemory,
    settings: TargetSettings,
    context: ScrapeContext,
  ) {
    this.target = target;
    this.memory = memory;
    this.settings = settings;
    this.#context = context;
  }

  /**
   * Scrapes once; samples without a time of their own get `timestampMs`. Never rejects: what goes
   * wrong is in `state`. When `cancelled` fires, the scrape ends and stores nothing.
   */
  async scrape(timestampMs: number, delayMs: number, cancelled: AbortSignal): Promise<void> {
    const { memory } = this;
    const before = memory.idle;
    const { promise, resolve } = Promise.withResolvers<void>();
    memory.idle = promise;
    try {
      await before;
      if (!cancelled.aborted) await this.#scrapeAlone(timestampMs, delayMs, cancelled);
    } finally {
      resolve();
    }
  }

  async #scrapeAlone(timestampMs: number, delayMs: number, cancelled: AbortSignal): Promise<void> {
    const { clock, columns, limits } = this.#context;
    const { samples, parser } = this.memory;
    const startMs = clock.monotonicMs();
    const { settings } = this;
    const batch = columns.take();
    samples.begin(batch, { timestampMs, nowMs: clock.nowMs() }, (token) => parser.forget(token));
    const fetched =
      settings.forcedError === null
        ? await this.#fetch(settings, limits, cancelled)
        : { error: settings.forcedError, isCounted: false, bodyBytes: 0 };
    if (cancelled.aborted) {
      samples.notStored();
      columns.give(batch);
      return;
    }
    const durationMs = clock.monotonicMs() - startMs;
    if (fetched.error !== null) samples.fail(fetched.isCounted);
    const stored = await this.#store(batch, timestampMs, durationMs, fetched);
    this.#settle(timestampMs, durationMs, fetched.error ?? stored.error);
    this.#tell(delayMs, durationMs, fetched, stored);
  }

  async #fetch(
    settings: TargetSettings,
    limits: ScraperLimits,
    cancelled: AbortSignal,
  ): Promise<Fetched> {
    const { timeoutMs, url } = this.target;
    using deadline = new Deadline(timeoutMs, cancelled);
    const { signal } = deadline;
    try {
      const answer = await abortable(
        settings.client.get(new URL(url), this.#headers(), signal),
        signal,
      );
      if (answer.statusCode !== 200) await refuseStatus(answer, signal);
      return {
        error: null,
        isCounted: true,
        bodyBytes: await this.#read(answer, settings, signal),
      };
    } catch (error) {
      if (error instanceof BodyFault) {
        const reason = describeFailure(error.cause, { url, timedOut: false });
        return { error: reason, isCounted: true, bodyBytes: 0 };
      }
      const reason = describeFailure(error, { url, timedOut: deadline.isOver });
      const bodyBytes = reason.code === "scrape_body_too_large" ? -1 : 0;
      return { error: reason, isCounted: false, bodyBytes };
    }
  }

  /** An empty body is an empty scrape, whatever its type, as in Prometheus. */
  async #read(answer: HttpAnswer, settings: TargetSettings, signal: AbortSignal): Promise<number> {
    const { parser, samples } = this.memory;
    const { job } = settings;
    const own = job.limits.bodyBytesMax;
    const most = this.#context.limits.bodyBytesMax;
    let isOpen = false;
    const bytes = await readBody(
      answer,
      { bytesMax: own === 0 ? most : Math.min(own, most), signal },
      (chunk) =>
        blamingBody(() => {
          if (!isOpen) {
            const { "content-type": contentType } = answer.headers;
            parser.begin(bodyFormat(contentType, job.fallbackScrapeProtocol));
          }
          isOpen = true;
          parser.push(chunk);
        }),
    );
    blamingBody(() => {
      if (isOpen) parser.end();
      samples.succeed();
    });
    return bytes;
  }

  /** Appends the batch and gives its columns back. */
  async #store(
    batch: BatchColumns,
    timestampMs: number,
    durationMs: number,
    fetched: Fetched,
  ): Promise<{ outcome: AppendOutcome | null; error: OperatingError | null }> {
    const { appendable, columns } = this.#context;
    const { samples, report } = this.memory;
    const { job } = this.settings;
    const { counts } = samples;
    try {
      const numbers = {
        isUp: fetched.error === null,
        durationMs,
        scraped: fetched.isCounted ? counts.scraped : 0,
        kept: fetched.isCounted ? counts.kept : 0,
        seriesAdded: fetched.isCounted ? counts.seriesAdded : 0,
        timeoutMs: this.target.timeoutMs,
        sampleLimit: job.limits.samplesMax,
        bodyBytes: fetched.bodyBytes,
      };
      report.write(batch, timestampMs, numbers, job.extraScrapeMetrics);
      const appending = appendable.append(batch, samples.exemplars);
      columns.give(batch);
      const outcome = await appending;
      samples.stored(fetched.error !== null);
      this.memory.hasScraped = true;
      return { outcome, error: null };
    } catch (error) {
      samples.notStored();
      return {
        outcome: null,
        error: describeFailure(error, { url: this.target.url, timedOut: false }),
      };
    }
  }

  #settle(timestampMs: number, durationMs: number, error: OperatingError | null): void {
    const lastError = error?.message ?? "";
    if (error !== null && this.state.lastError !== lastError) {
      const { job } = this.settings;
      const fields = { job: job.jobName, target: this.target.url, code: error.code };
      this.#context.log.warn(fields, `scrape failed: ${lastError}`);
    }
    this.state = {
      health: error === null ? "up" : "down",
      lastError,
      lastScrapeMs: timestampMs,
      lastScrapeDurationMs: durationMs,
    };
  }

  /** Counts, and logs what the store refused: once a scrape, as Prometheus does. */
  #tell(
    delayMs: number,
    durationMs: number,
    fetched: Fetched,
    stored: { outcome: AppendOutcome | null; error: OperatingError | null },
  ): void {
    const { log, observer } = this.#context;
    const { counts } = this.memory.samples;
    const rejected = stored.outcome?.rejected;
    const jobName = this.settings.job.jobName;
    const duplicate = counts.duplicates + (rejected?.duplicate ?? 0);
    const outOfOrder = counts.outOfOrder + (rejected?.too_old ?? 0);
    const outOfBounds = counts.tooFarInFuture + (rejected?.too_far_in_future ?? 0);
    const warn = (count: number, message: string): void => {
      const fields = { job: jobName, target: this.target.url, num_dropped: count };
      if (count > 0) log.warn(fields, message);
    };
    warn(outOfOrder, "Error on ingesting out-of-order samples");
    warn(duplicate, "Error on ingesting samples with different value but same timestamp");
    warn(outOfBounds, "Error on ingesting samples that are too far into the future");
    observer.scraped({
      jobName,
      errorCode: (fetched.error ?? stored.error)?.code ?? null,
      durationMs,
      delayMs,
      samplesScraped: counts.scraped,
      samplesAppended: stored.outcome?.appended ?? 0,
      samplesDuplicate: duplicate,
      samplesOutOfOrder: outOfOrder,
      samplesOutOfBounds: outOfBounds,
      bodyBytes: Math.max(fetched.bodyBytes, 0),
    });
  }

  #headers(): Record<string, string> {
    const { job } = this.settings;
    return {
      accept: acceptHeader(job.scrapeProtocols, job.metricNameEscaping),
      "accept-encoding": job.enableCompression ? "gzip" : "identity",
      "x-prometheus-scrape-timeout-seconds": String(this.target.timeoutMs / 1000),
    };
  }
}

function blamingBody(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new BodyFault(error);
  }
}

async function refuseStatus(answer: HttpAnswer, signal: AbortSignal): Promise<never> {
  await discardBody(answer, signal);
  const reason = STATUS_CODES[answer.statusCode] ?? "";
  throw new ScrapeError(
    "scrape_status",
    `server returned HTTP status ${answer.statusCode} ${reason}`.trimEnd(),
  );
}

/** Waiting for a file or a token must not outlast the scrape. What comes too late is closed. */
async function abortable(work: Promise<HttpAnswer>, signal: AbortSignal): Promise<HttpAnswer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  assert(!signal.aborted, "a scrape starts before its deadline");
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    work.then(
      (late) => late.body.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
