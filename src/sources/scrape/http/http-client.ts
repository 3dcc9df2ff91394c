/**
 * GET with all that `<http_config>` can say: authentication, headers, TLS, proxy, redirects.
 *
 * Redirects are followed here and not by the library, because what belongs to the configured host
 * must not leave it: Authorization, configured headers and the client certificate are sent only
 * where scheme, host and port are those of the first URL (Prometheus does so since 3.13).
 */
import type { Clock } from "#lib/clock";
import type { Dispatcher } from "undici";
import type { HttpClientConfig } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { Dispatchers, type HttpEnvironment } from "./dispatchers.ts";
import {
  createRequestAuthentication,
  type RequestAuthentication,
} from "./request-authentication.ts";
import { readTextSource } from "./text-source.ts";

export type HttpAnswer = Dispatcher.ResponseData;

export interface HttpClientOptions {
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

export interface HttpClientDeps {
  readonly clock: Clock;
  readonly http: HttpEnvironment;
  readonly userAgent: string;
}

const REDIRECTS_MAX = 10;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Of an answer that is not wanted, so that its connection can be used again. */
const DISCARDED_BYTES_MAX = 64 * 1024;

export class HttpClient implements AsyncDisposable {
  readonly #config: HttpClientConfig;
  readonly #userAgent: string;
  readonly #dispatchers: Dispatchers;
  readonly #authentication: RequestAuthentication;

  constructor(config: HttpClientConfig, options: HttpClientOptions, deps: HttpClientDeps) {
    this.#config = config;
    this.#userAgent = deps.userAgent;
    this.#dispatchers = new Dispatchers({ ...options, ...config }, deps.http);
    this.#authentication = createRequestAuthentication(config.authentication, deps);
  }

  /** The first answer that is no redirect to follow. The caller reads or discards its body. */
  async get(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const own = await this.#ownHeaders();
    let current = url;
    for (let redirects = 0; ; redirects++) {
      const trusted = current.origin === url.origin;
      const answer = await this.#request(
        current,
        { ...(trusted ? own : {}), ...headers, "user-agent": this.#userAgent },
        { trusted, signal },
      );
      const location = this.#locationOf(answer);
      if (location === null) return answer;
      await discardBody(answer, signal);
      if (redirects === REDIRECTS_MAX) {
        throw new ScrapeError(
          "scrape_too_many_redirects",
          `stopped after ${REDIRECTS_MAX} redirects`,
        );
      }
      current = redirectTarget(location, current);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#authentication[Symbol.asyncDispose]();
    await this.#dispatchers[Symbol.asyncDispose]();
  }

  async #request(
    url: URL,
    headers: Record<string, string | string[]>,
    how: { trusted: boolean; signal: AbortSignal },
  ): Promise<HttpAnswer> {
    const dispatcher = await this.#dispatchers.pick(url, how.trusted);
    return await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: "GET",
      headers,
      signal: how.signal,
    });
  }

  async #ownHeaders(): Promise<Record<string, string | string[]>> {
    const headers: Record<string, string | string[]> = {};
    for (const { name, values } of this.#config.headers) {
      headers[name.toLowerCase()] = await Promise.all(values.map(readTextSource));
    }
    const authorization = await this.#authentication.authorization();
    if (authorization !== null) headers["authorization"] = authorization;
    return headers;
  }

  #locationOf(answer: HttpAnswer): string | null {
    if (!this.#config.followRedirects || !REDIRECT_STATUSES.has(answer.statusCode)) return null;
    const { location } = answer.headers;
    return typeof location === "string" ? location : null;
  }
}

function redirectTarget(location: string, from: URL): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (target === null || (target.protocol !== "http:" && target.protocol !== "https:")) {
    throw new ScrapeError("scrape_redirect_refused", "redirected to something that is no HTTP URL");
  }
  return target;
}

/** Reads what is left if it is little, else closes the connection. */
export async function discardBody(answer: HttpAnswer, signal: AbortSignal): Promise<void> {
  await answer.body.dump({ limit: DISCARDED_BYTES_MAX, signal });
}
