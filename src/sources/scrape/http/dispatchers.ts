/**
 * The connections of one HTTP client: a pool of kept-alive connections, direct or through a proxy,
 * rebuilt when a certificate file changes. A second pool without client certificate serves hosts
 * that a redirect leads to.
 */
import type { LookupFunction } from "node:net";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { ProxyConfig, TlsClientConfig } from "../scrape-config.ts";
import { compileProxyChoice, type Environment, type ProxyChoice } from "./proxy-choice.ts";
import { loadTlsMaterial, type TlsOptions, withoutIdentity } from "./tls-material.ts";

export interface DispatcherOptions {
  readonly tls: TlsClientConfig;
  readonly proxy: ProxyConfig;
  readonly enableHttp2: boolean;
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept; longer than the scrape interval lets it be used again. */
  readonly idleTimeoutMs: number;
}

/** What all clients of the process share. */
export interface HttpEnvironment {
  readonly lookup: LookupFunction;
  readonly environment: Environment;
}

/** One rebuilt set of pools. */
interface Pools {
  readonly fingerprint: string;
  readonly tls: TlsOptions;
  readonly byRoute: Map<string, Dispatcher>;
}

export class Dispatchers implements AsyncDisposable {
  readonly #options: DispatcherOptions;
  readonly #shared: HttpEnvironment;
  readonly #choose: ProxyChoice;
  #pools: Pools | null = null;

  constructor(options: DispatcherOptions, shared: HttpEnvironment) {
    this.#options = options;
    this.#shared = shared;
    this.#choose = compileProxyChoice(options.proxy, shared.environment);
  }

  /** The pool for a request to this URL. `trusted`: the host that the configuration names. */
  async pick(url: URL, trusted: boolean): Promise<Dispatcher> {
    const material = await loadTlsMaterial(this.#options.tls);
    const old = this.#pools;
    if (old === null || old.fingerprint !== material.fingerprint) {
      this.#pools = {
        fingerprint: material.fingerprint,
        tls: material.options,
        byRoute: new Map(),
      };
      if (old !== null) void closePools(old);
    }
    return this.#route(this.#pools as Pools, this.#choose(url), trusted);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pools = this.#pools;
    this.#pools = null;
    if (pools === null) return;
    await Promise.all(Array.from(pools.byRoute.values(), async (pool) => await pool.destroy()));
  }

  #route(pools: Pools, proxy: string | null, trusted: boolean): Dispatcher {
    const key = `${trusted} ${proxy ?? ""}`;
    const known = pools.byRoute.get(key);
    if (known !== undefined) return known;
    const tls = trusted ? pools.tls : withoutIdentity(pools.tls);
    const pool = proxy === null ? this.#direct(tls) : this.#through(proxy, tls);
    pools.byRoute.set(key, pool);
    return pool;
  }

  #direct(tls: TlsOptions): Dispatcher {
    const { connectTimeoutMs } = this.#options;
    return new Agent({
      ...this.#pooling(),
      connect: { ...tls, lookup: this.#shared.lookup, timeout: connectTimeoutMs },
    });
  }

  #through(proxy: string, tls: TlsOptions): Dispatcher {
    const { proxy: config, connectTimeoutMs } = this.#options;
    const headers = config.kind === "none" ? {} : config.connectHeaders;
    const { lookup } = this.#shared;
    return new ProxyAgent({
      ...this.#pooling(),
      uri: proxy,
      headers: mutableHeaders(headers),
      requestTls: { ...tls, lookup, timeout: connectTimeoutMs },
      proxyTls: { ...withoutServerName(tls), lookup, timeout: connectTimeoutMs },
    });
  }

  /** Time limits over the whole exchange are the caller's signal; these would only double it. */
  #pooling(): Agent.Options {
    return {
      allowH2: this.#options.enableHttp2,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: this.#options.idleTimeoutMs,
      keepAliveMaxTimeout: this.#options.idleTimeoutMs,
      maxHeaderSize: HEADER_BYTES_MAX,
    };
  }
}

/** An endless header must not fill the memory. */
const HEADER_BYTES_MAX = 64 * 1024;

function withoutServerName(tls: TlsOptions): TlsOptions {
  const { servername: _servername, ...rest } = tls;
  return rest;
}

async function closePools(pools: Pools): Promise<void> {
  await Promise.all(Array.from(pools.byRoute.values(), async (pool) => await pool.close()));
}

function mutableHeaders(
  headers: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
}
