/** The front of scraping: takes configurations, runs their jobs, shows their targets. */
import { hostname } from "node:os";
import type { LookupFunction } from "node:net";
import type { Clock } from "#lib/clock";
import type { Appendable } from "#model";
import { createLookup } from "../http/lookup-lanes.ts";
import type { Environment } from "../http/proxy-choice.ts";
import { ColumnsPool } from "../ingest/batch-columns.ts";
import type { ScrapeConfig, ScrapeJobConfig } from "../scrape-config.ts";
import { formatDuration } from "#lib/duration";
import { labelRecord } from "../target/target.ts";
import { compileJobRules } from "./job-rules.ts";
import { LingeringTargets } from "./lingering-targets.ts";
import { SCRAPER_LIMITS, type ScraperLimits } from "./scrape-limits.ts";
import { type Logger, silentLogger } from "#lib/logger";
import { NO_OBSERVER, type ScrapeObserver } from "./scrape-observer.ts";
import { type PoolDeps, ScrapePool } from "./scrape-pool.ts";
import { type Sleep, timerSleep } from "./sleep.ts";
import type { ScrapeContext, TargetScraper } from "./target-scraper.ts";
import type { ActiveTargetStatus, TargetsSnapshot } from "./targets-snapshot.ts";

export interface ScrapeManagerDeps {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly log?: Logger;
  readonly observer?: ScrapeObserver;
  /** Only tests need another one. */
  readonly sleep?: Sleep;
}

export interface ScrapeManagerOptions {
  /** For `User-Agent: Gaugeway/<version>`. */
  readonly version: string;
  readonly limits?: Partial<ScraperLimits>;
  /** Stands in `globalUrl` for localhost; the machine's name unless given. */
  readonly externalHost?: string;
  /** For `proxy_from_environment`; the process' own unless given. */
  readonly environment?: Environment;
  /** How names become addresses; the system's resolver unless given. */
  readonly lookup?: LookupFunction;
}

export interface ScrapeManager extends AsyncDisposable {
  /**
   * Replaces the configuration. Targets that stay the same keep their state and their place in the
   * interval; those that are gone get stale markers after a little more than two intervals. Throws,
   * and changes nothing, where a relabeling expression is not valid RE2.
   */
  apply(config: ScrapeConfig): void;
  targets(): TargetsSnapshot;
  /** Cancels the scrapes under way. As in Prometheus no stale markers are written: the server will be back. */
  [Symbol.asyncDispose](): Promise<void>;
}

export function createScrapeManager(
  deps: ScrapeManagerDeps,
  options: ScrapeManagerOptions,
): ScrapeManager {
  return new RunningScrapeManager(deps, options);
}

class RunningScrapeManager implements ScrapeManager {
  readonly #pools = new Map<string, ScrapePool>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #cancel = new AbortController();
  readonly #poolDeps: PoolDeps;
  readonly #externalHost: string;

  constructor(deps: ScrapeManagerDeps, options: ScrapeManagerOptions) {
    const { appendable, clock, log = silentLogger, observer = NO_OBSERVER } = deps;
    const { sleep = timerSleep } = deps;
    const limits = { ...SCRAPER_LIMITS, ...options.limits };
    const columns = new ColumnsPool();
    const context: ScrapeContext = { appendable, clock, log, observer, limits, columns };
    const cancelled = this.#cancel.signal;
    this.#externalHost = options.externalHost ?? hostname();
    this.#poolDeps = {
      context,
      sleep,
      cancelled,
      lingering: new LingeringTargets(context, sleep, cancelled),
      http: {
        clock,
        userAgent: `Gaugeway/${options.version}`,
        http: {
          lookup: options.lookup ?? createLookup(),
          environment: options.environment ?? process.env,
        },
      },
    };
  }

  apply(config: ScrapeConfig): void {
    const created = new Map<string, ScrapePool>();
    const changed: (readonly [pool: ScrapePool, job: ScrapeJobConfig])[] = [];
    for (const job of config.jobs) {
      const known = this.#pools.get(job.jobName);
      // Also compiles the rules of a changed job, so that a bad expression stops here.
      if (known === undefined) created.set(job.jobName, new ScrapePool(job, this.#poolDeps));
      else if (JSON.stringify(known.job) !== JSON.stringify(job)) changed.push([known, job]);
    }
    for (const [, job] of changed) compileJobRules(job, this.#poolDeps.context.limits);
    const names = new Set(config.jobs.map((job) => job.jobName));
    for (const [name, pool] of Array.from(this.#pools)) {
      if (!names.has(name)) this.#remove(name, pool);
    }
    for (const [pool, job] of changed) pool.reconfigure(job);
    for (const [name, pool] of created) {
      this.#pools.set(name, pool);
      pool.start();
    }
  }

  targets(): TargetsSnapshot {
    const pools = Array.from(this.#pools.values());
    return {
      activeTargets: pools.flatMap((pool) =>
        pool.scrapers.map((scraper) => this.#describe(pool.job.jobName, scraper)),
      ),
      droppedTargets: pools.flatMap((pool) =>
        pool.droppedLabels.map((labels) => ({
          discoveredLabels: labelRecord(labels),
          scrapePool: pool.job.jobName,
        })),
      ),
      droppedTargetCounts: Object.fromEntries(
        pools.map((pool) => [pool.job.jobName, pool.droppedCount]),
      ),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel.abort();
    const pools = Array.from(this.#pools.values());
    this.#pools.clear();
    await Promise.all(pools.map(async (pool) => await pool.stop()));
    await Promise.all(this.#stopping);
    await this.#poolDeps.lingering.drained();
  }

  #remove(name: string, pool: ScrapePool): void {
    this.#pools.delete(name);
    const stopping = pool.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  #describe(jobName: string, scraper: TargetScraper): ActiveTargetStatus {
    const { target, state } = scraper;
    return {
      discoveredLabels: labelRecord(target.discoveredLabels),
      labels: labelRecord(target.labels),
      scrapePool: jobName,
      scrapeUrl: target.url,
      globalUrl: globalUrl(target.url, this.#externalHost),
      lastError: state.lastError,
      lastScrape:
        state.lastScrapeMs === null
          ? "0001-01-01T00:00:00Z"
          : new Date(state.lastScrapeMs).toISOString(),
      lastScrapeDuration: state.lastScrapeDurationMs / 1000,
      health: state.health,
      scrapeInterval: formatDuration(target.intervalMs),
      scrapeTimeout: formatDuration(target.timeoutMs),
    };
  }
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

function globalUrl(scrapeUrl: string, externalHost: string): string {
  const { hostname: host } = new URL(scrapeUrl);
  return LOCAL_HOSTS.has(host) ? scrapeUrl.replace(host, externalHost) : scrapeUrl;
}
