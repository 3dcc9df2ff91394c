/** One job: its discovery, its targets, its HTTP client. */
import type { Clock } from "#lib/clock";
import { type Labels, labelsKey } from "#model";
import type { OperatingError } from "#lib/operating-error";
import { FileDiscovery } from "../discovery/file-discovery.ts";
import { HttpDiscovery } from "../discovery/http-discovery.ts";
import type { DiscoveredGroups, Discovery } from "../discovery/target-groups.ts";
import { HttpClient, type HttpClientDeps } from "../http/http-client.ts";
import type { ScrapeJobConfig, TargetGroup } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { foundLabels, shapeTarget, type Target } from "../target/target.ts";
import { compileJobRules, type JobRules } from "./job-rules.ts";
import type { LingeringTargets } from "./lingering-targets.ts";
import { ScrapeLoop } from "./scrape-loop.ts";
import type { Sleep } from "./sleep.ts";
import { TargetMemory } from "./target-memory.ts";
import { type ScrapeContext, TargetScraper } from "./target-scraper.ts";

export interface PoolDeps {
  readonly context: ScrapeContext;
  readonly http: HttpClientDeps;
  readonly sleep: Sleep;
  readonly lingering: LingeringTargets;
  /** Fires when the server shuts down. */
  readonly cancelled: AbortSignal;
}

/** Connections stay open for this long beyond the interval, so that each scrape finds its own again. */
const IDLE_MARGIN_MS = 5_000;

export class ScrapePool {
  readonly #deps: PoolDeps;
  readonly #clock: Clock;
  readonly #loops = new Map<string, ScrapeLoop>();
  readonly #groups = new Map<string, readonly TargetGroup[]>();
  readonly #closing = new Set<Promise<void>>();
  #discoveries: Discovery[] = [];
  #dropped: Labels[] = [];
  #droppedCount = 0;
  #job: ScrapeJobConfig;
  #rules: JobRules;
  #client: HttpClient;

  /** Throws where an expression of the job is not valid RE2. */
  constructor(job: ScrapeJobConfig, deps: PoolDeps) {
    this.#deps = deps;
    this.#clock = deps.context.clock;
    this.#job = job;
    this.#rules = compileJobRules(job, deps.context.limits);
    this.#client = this.#createClient(job);
  }

  get job(): ScrapeJobConfig {
    return this.#job;
  }

  get scrapers(): readonly TargetScraper[] {
    return Array.from(this.#loops.values(), (loop) => loop.scraper);
  }

  get droppedLabels(): readonly Labels[] {
    return this.#dropped;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  start(): void {
    this.#job.staticConfigs.forEach((group, i) => this.#groups.set(`static ${i}`, [group]));
    this.#startDiscoveries();
    this.#sync();
  }

  /** Takes a new configuration of the same job; targets that stay the same keep their state. */
  reconfigure(job: ScrapeJobConfig): void {
    this.#rules = compileJobRules(job, this.#deps.context.limits);
    const oldClient = this.#client;
    const oldDiscoveries = this.#discoveries;
    const oldLoops = Array.from(this.#loops.values());
    const keepsDiscovery = sameDiscovery(this.#job, job);
    this.#job = job;
    this.#client = this.#createClient(job);
    for (const key of Array.from(this.#groups.keys())) {
      if (key.startsWith("static ") || !keepsDiscovery) this.#groups.delete(key);
    }
    job.staticConfigs.forEach((group, i) => this.#groups.set(`static ${i}`, [group]));
    if (!keepsDiscovery) this.#startDiscoveries();
    for (const { scraper } of oldLoops) {
      const rules = this.#rules.sampleRules(scraper.target.labels);
      scraper.memory.setRules(rules, this.#rules.sampleRulesKey);
    }
    this.#sync();
    // A scrape under way still uses the old client; it ends within its timeout.
    const scrapes = oldLoops.map(async ({ scraper }) => await scraper.memory.idle);
    this.#closeLater(async () => {
      await Promise.all(scrapes);
      await oldClient[Symbol.asyncDispose]();
    });
    if (!keepsDiscovery) this.#closeLater(async () => await disposeAll(oldDiscoveries));
  }

  /** Ends the job. Its targets linger unless the server shuts down. */
  async stop(): Promise<void> {
    await disposeAll(this.#discoveries);
    const loops = Array.from(this.#loops.values());
    this.#loops.clear();
    await Promise.all(loops.map(async (loop) => await this.#retire(loop)));
    await Promise.all(this.#closing);
    await this.#client[Symbol.asyncDispose]();
  }

  #createClient(job: ScrapeJobConfig): HttpClient {
    const options = {
      connectTimeoutMs: job.scrapeTimeoutMs,
      idleTimeoutMs: job.scrapeIntervalMs + IDLE_MARGIN_MS,
    };
    return new HttpClient(job.http, options, this.#deps.http);
  }

  #startDiscoveries(): void {
    const { context, sleep, http } = this.#deps;
    const { log, observer } = context;
    const job = this.#job;
    const discoveries: Discovery[] = [];
    /** Sources of two sections may be equal: each has its own groups. */
    const listenerOf = (section: string) => (found: DiscoveredGroups) => {
      if (!this.#discoveries.includes(discoveries[0] as Discovery)) return;
      this.#groups.set(`${section} ${found.source}`, found.groups);
      this.#sync();
    };
    for (const [i, config] of job.fileSdConfigs.entries()) {
      const onFailure = (): void => observer.discoveryFailed("file", job.jobName);
      const listener = listenerOf(`file ${i}`);
      discoveries.push(new FileDiscovery(config, { sleep, log, onFailure }, listener));
    }
    for (const [i, config] of job.httpSdConfigs.entries()) {
      const onFailure = (): void => observer.discoveryFailed("http", job.jobName);
      const options = { connectTimeoutMs: 10_000, idleTimeoutMs: 1_000 };
      const client = new HttpClient(config.http, options, http);
      const listener = listenerOf(`http ${i}`);
      discoveries.push(new HttpDiscovery(config, { client, sleep, log, onFailure }, listener));
    }
    this.#discoveries = discoveries;
    for (const discovery of discoveries) discovery.start();
  }

  /** Makes the running loops those of the targets that the groups describe now. */
  #sync(): void {
    if (this.#deps.cancelled.aborted) return;
    const targets = this.#shapeAll();
    const forcedError = this.#limitError(targets.size);
    const leaving = Array.from(this.#loops).filter(([key]) => !targets.has(key));
    for (const [key, loop] of leaving) {
      this.#loops.delete(key);
      this.#closeLater(async () => await this.#retire(loop));
    }
    const settings = { job: this.#job, client: this.#client, forcedError };
    const successors = new Map(
      leaving.map(([, loop]) => [labelsKey(loop.scraper.target.labels), loop]),
    );
    for (const [key, target] of targets) {
      const known = this.#loops.get(key);
      if (known !== undefined) known.scraper.settings = settings;
      else this.#startLoop(target, settings, successors);
    }
  }

  #shapeAll(): Map<string, Target> {
    const targets = new Map<string, Target>();
    const kept = this.#job.limits.droppedTargetsKept;
    this.#dropped = [];
    this.#droppedCount = 0;
    for (const group of Array.from(this.#groups.values()).flat()) {
      for (const address of group.targets) {
        const outcome = shapeTarget(
          this.#job,
          this.#rules.relabel,
          foundLabels(address, group.labels),
        );
        if (outcome.kind === "target") targets.set(outcome.target.key, outcome.target);
        else if (outcome.kind === "dropped") {
          this.#droppedCount += 1;
          if (kept === 0 || this.#dropped.length < kept)
            this.#dropped.push(outcome.discoveredLabels);
        } else {
          const fields = { job: this.#job.jobName, address };
          this.#deps.context.log.error(fields, `creating target failed: ${outcome.reason}`);
        }
      }
    }
    return targets;
  }

  #limitError(count: number): OperatingError | null {
    const own = this.#job.limits.targetsMax;
    const most = this.#deps.context.limits.targetsPerJobMax;
    const limit = own === 0 ? most : Math.min(own, most);
    if (count <= limit) return null;
    const message = `target_limit exceeded (number of targets: ${count}, limit: ${limit})`;
    return new ScrapeError("scrape_target_limit", message);
  }

  #startLoop(
    target: Target,
    settings: TargetScraper["settings"],
    successors: Map<string, ScrapeLoop>,
  ): void {
    const { context, sleep, cancelled } = this.#deps;
    const memory = this.#memoryFor(target, successors);
    const scraper = new TargetScraper(target, memory, settings, context);
    const loop = new ScrapeLoop(scraper, { clock: this.#clock, sleep }, cancelled);
    this.#loops.set(target.key, loop);
    loop.start();
  }

  /** The memory of a target with these labels that is leaving or has left, or a new one. */
  #memoryFor(target: Target, successors: Map<string, ScrapeLoop>): TargetMemory {
    const { context, lingering } = this.#deps;
    const key = labelsKey(target.labels);
    const leaving = successors.get(key);
    successors.delete(key);
    const memory = leaving?.scraper.memory ?? lingering.claim(target.labels);
    if (leaving !== undefined) leaving.scraper.isSucceeded = true;
    const rules = this.#rules.sampleRules(target.labels);
    const rulesKey = this.#rules.sampleRulesKey;
    if (memory === null) {
      const start = { targetLabels: target.labels, rules, rulesKey };
      return new TargetMemory(context.appendable, start, context.limits.lineBytesMax);
    }
    memory.setRules(rules, rulesKey);
    return memory;
  }

  async #retire(loop: ScrapeLoop): Promise<void> {
    const nextTickMs = await loop.stop();
    const { target, memory, isSucceeded } = loop.scraper;
    if (isSucceeded) return;
    const { labels, url, intervalMs } = target;
    this.#deps.lingering.add({ labels, url, memory, intervalMs, nextTickMs });
  }

  #closeLater(close: () => Promise<void>): void {
    const closing = close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function sameDiscovery(a: ScrapeJobConfig, b: ScrapeJobConfig): boolean {
  return discoveryKey(a) === discoveryKey(b);
}

function discoveryKey(job: ScrapeJobConfig): string {
  return JSON.stringify([job.fileSdConfigs, job.httpSdConfigs]);
}

async function disposeAll(discoveries: readonly Discovery[]): Promise<void> {
  await Promise.all(discoveries.map(async (discovery) => await discovery[Symbol.asyncDispose]()));
}
