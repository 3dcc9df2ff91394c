/** `http_sd_configs`: asks an HTTP service for target groups again and again; a failure keeps the last. */
import type { HttpClient } from "../http/http-client.ts";
import { discardBody } from "../http/http-client.ts";
import { readBounded } from "../http/read-bounded.ts";
import { Deadline } from "../run/deadline.ts";
import { describeFailure } from "../run/describe-failure.ts";
import type { Logger } from "#lib/logger";
import type { Sleep } from "../run/sleep.ts";
import type { HttpSdConfig } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { type Discovery, type GroupsListener, parseTargetGroups } from "./target-groups.ts";

const ANSWER_BYTES_MAX = 64 << 20;
/** Of a request; Prometheus takes the refresh interval. */
const TIMEOUT_MAX_MS = 60_000;
const JSON_TYPE = /^application\/json(?:;\s*charset="?utf-8"?)?$/i;

export interface HttpDiscoveryDeps {
  readonly client: HttpClient;
  readonly sleep: Sleep;
  readonly log: Logger;
  readonly onFailure: () => void;
}

export class HttpDiscovery implements Discovery {
  readonly #config: HttpSdConfig;
  readonly #deps: HttpDiscoveryDeps;
  readonly #listener: GroupsListener;
  readonly #ending = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(config: HttpSdConfig, deps: HttpDiscoveryDeps, listener: GroupsListener) {
    this.#config = config;
    this.#deps = deps;
    this.#listener = listener;
  }

  start(): void {
    this.#done = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#done;
    await this.#deps.client[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#refresh();
      await this.#deps.sleep(this.#config.refreshIntervalMs, signal);
    }
  }

  async #refresh(): Promise<void> {
    const { url, refreshIntervalMs } = this.#config;
    const timeoutMs = Math.min(refreshIntervalMs, TIMEOUT_MAX_MS);
    using deadline = new Deadline(timeoutMs, this.#ending.signal);
    const { signal } = deadline;
    try {
      const groups = parseTargetGroups(await this.#fetch(signal), { __meta_url: url });
      if (!signal.aborted) this.#listener({ source: url, groups });
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      const reason = describeFailure(error, { url, timedOut: deadline.isOver });
      this.#deps.onFailure();
      const fields = { url, code: reason.code };
      this.#deps.log.warn(fields, `targets not refreshed: ${reason.message}`);
    }
  }

  async #fetch(signal: AbortSignal): Promise<unknown> {
    const { url, refreshIntervalMs } = this.#config;
    const headers = {
      accept: "application/json",
      "x-prometheus-refresh-interval-seconds": String(refreshIntervalMs / 1000),
    };
    const answer = await this.#deps.client.get(new URL(url), headers, signal);
    if (answer.statusCode !== 200) {
      await discardBody(answer, signal);
      const message = `server returned HTTP status ${answer.statusCode}`;
      throw new ScrapeError("scrape_status", message);
    }
    const type = answer.headers["content-type"];
    if (typeof type !== "string" || !JSON_TYPE.test(type.trim())) {
      await discardBody(answer, signal);
      throw new ScrapeError(
        "discovery_invalid",
        `expected Content-Type application/json, got ${JSON.stringify(type ?? "")}`,
      );
    }
    const text = await readBounded(answer.body, ANSWER_BYTES_MAX);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ScrapeError("discovery_invalid", "the answer is not JSON", cause);
    }
  }
}
