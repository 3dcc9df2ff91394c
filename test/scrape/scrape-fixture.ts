import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "#lib/clock";
import { type Logger, silentLogger } from "#lib/logger";
import {
  createScrapeManager,
  PLAIN_HTTP_CLIENT,
  type ScrapeConfig,
  type ScrapeJobConfig,
  type ScrapeManager,
  type ScrapeManagerDeps,
  type ScrapeManagerOptions,
} from "#sources";
import { MemoryAppendable } from "./memory-appendable.ts";

export const TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** A job with Prometheus' defaults, scraped so seldom that a test decides when. */
export function jobConfig(overrides: Partial<ScrapeJobConfig> = {}): ScrapeJobConfig {
  return {
    jobName: "test",
    scrapeIntervalMs: 10_000,
    scrapeTimeoutMs: 10_000,
    scrapeProtocols: [
      "OpenMetricsText1.0.0",
      "OpenMetricsText0.0.1",
      "PrometheusText1.0.0",
      "PrometheusText0.0.4",
    ],
    fallbackScrapeProtocol: null,
    metricsPath: "/metrics",
    scheme: "http",
    params: {},
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    enableCompression: true,
    metricNameValidation: "utf8",
    metricNameEscaping: "allow-utf-8",
    http: PLAIN_HTTP_CLIENT,
    staticConfigs: [],
    fileSdConfigs: [],
    httpSdConfigs: [],
    relabelRules: [],
    metricRelabelRules: [],
    limits: {
      bodyBytesMax: 0,
      samplesMax: 0,
      labelsMax: 0,
      labelNameBytesMax: 0,
      labelValueBytesMax: 0,
      targetsMax: 0,
      droppedTargetsKept: 0,
    },
    extraScrapeMetrics: false,
    ...overrides,
  };
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

export interface Exporter extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly requests: IncomingMessage[];
  respond: Respond;
}

/** A server on a free port that answers as it is told. */
export async function startExporter(respond: Respond | string): Promise<Exporter> {
  const server = createServer((request, response) => {
    exporter.requests.push(request);
    exporter.respond(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const exporter: Exporter = {
    address: `127.0.0.1:${port}`,
    requests: [],
    respond: typeof respond === "string" ? textAnswer(respond) : respond,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return exporter;
}

export function textAnswer(body: string, contentType: string = TEXT): Respond {
  return (_request, response) => {
    response.setHeader("content-type", contentType);
    response.end(body);
  };
}

/** A clock that tests set; scrapes wait for `step`. */
export class SteppedTime implements Clock {
  #nowMs = 1_700_000_000_000;
  #sleepers: { untilMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  readonly sleep = async (durationMs: number, signal: AbortSignal): Promise<void> => {
    if (durationMs <= 0 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { untilMs: this.#nowMs + durationMs, wake: resolve };
    this.#sleepers.push(sleeper);
    const onAbort = (): void => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      resolve();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    await promise;
    signal.removeEventListener("abort", onAbort);
  };

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves on and wakes who is due. */
  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#sleepers.filter((sleeper) => sleeper.untilMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.untilMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}

/** Waits until the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

export interface Harness extends AsyncDisposable {
  readonly store: MemoryAppendable;
  readonly time: SteppedTime;
  readonly manager: ScrapeManager;
  readonly warnings: string[];
  readonly events: { jobName: string; errorCode: string | null }[];
  apply(...jobs: ScrapeJobConfig[]): void;
  /** Lets every target be scraped once: one interval passes. */
  round(intervalMs?: number): Promise<void>;
  error(): string;
}

/** A manager on a store in memory and on stepped time. Scrapes themselves run in real time. */
export function startHarness(
  options: Partial<ScrapeManagerOptions> = {},
  deps: Partial<ScrapeManagerDeps> = {},
): Harness {
  const store = new MemoryAppendable();
  const time = new SteppedTime();
  const warnings: string[] = [];
  const events: { jobName: string; errorCode: string | null }[] = [];
  const warn: Logger["warn"] = (_fields, message) => warnings.push(message);
  const log: Logger = { ...silentLogger, warn, error: warn };
  const observer = {
    scraped: (event: { jobName: string; errorCode: string | null }) => events.push(event),
    discoveryFailed: () => {},
  };
  const manager = createScrapeManager(
    { appendable: store, clock: time, sleep: time.sleep, log, observer, ...deps },
    { version: "1.2.3", ...options },
  );
  return {
    store,
    time,
    manager,
    warnings,
    events,
    apply: (...jobs) => manager.apply({ jobs } satisfies ScrapeConfig),
    async round(intervalMs = 10_000) {
      const expected = manager.targets().activeTargets.length;
      const before = events.length;
      await until(() => time.sleeping >= expected, "targets wait for their time");
      time.advance(intervalMs);
      await until(() => events.length >= before + expected, "every target has been scraped");
    },
    error: () => manager.targets().activeTargets[0]?.lastError ?? "no target",
    async [Symbol.asyncDispose]() {
      await manager[Symbol.asyncDispose]();
    },
  };
}
