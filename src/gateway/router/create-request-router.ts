/**
 * From a listener's request to whoever answers it. Everything here happens before an endpoint is
 * reached, and so before its metrics: unknown paths, redirects, preflights, bots, the gateway's own
 * endpoints.
 */
import { breakOff, type RawExchange } from "#http";
import type { Clock } from "#lib/clock";
import type { EndpointConfig } from "../config/endpoint-config.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { AnswerWriter } from "../endpoint/answer-writer.ts";
import type { EndpointHandler, EndpointRequest, Served } from "../endpoint/endpoint-handler.ts";
import { requestHost } from "../endpoint/request-host.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import { type Cors, createCors } from "./cors.ts";
import { createBotDetector } from "./detect-bot.ts";
import { findRoute } from "./find-route.ts";
import { ownTargets } from "./own-targets.ts";
import { isStillEncoded, parseRequestPath } from "./request-path.ts";
import type { RequestLog } from "./request-log.ts";
import { RouteTree } from "./route-tree.ts";

export interface RouterDeps {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly writer: AnswerWriter;
  readonly commonHeaders: HeaderValues;
  readonly record: RequestLog;
  readonly endpoints: readonly {
    readonly config: EndpointConfig;
    readonly serve: EndpointHandler;
  }[];
  /** Told of what should not have happened. */
  readonly onError: (error: unknown) => void;
}

/** Answers one request; never rejects. */
export type RequestRouter = (exchange: RawExchange) => Promise<void>;

/** What stands in the tree. */
export interface Target {
  readonly serve: EndpointHandler;
  /** Whether placeholders are looked at before it is reached. */
  readonly isEndpoint: boolean;
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };
const NOT_COMPLETED = { "x-krakend-completed": "false" };

export function createRequestRouter(deps: RouterDeps): RequestRouter {
  const router = new Router(deps);
  return async (exchange) => {
    const startMs = performance.now();
    try {
      const { path, served } = await router.serve(exchange);
      deps.record(exchange, path, served, startMs);
    } catch (error) {
      deps.onError(error);
      breakOff(exchange.response);
    }
  };
}

class Router {
  readonly #deps: RouterDeps;
  readonly #tree = new RouteTree<Target>();
  readonly #cors: Cors | null;
  readonly #isBot: ReturnType<typeof createBotDetector>;
  readonly #securityHeaders: HeaderValues;
  readonly #hosts: ReadonlySet<string> | null;

  constructor(deps: RouterDeps) {
    const { config, writer, commonHeaders, clock } = deps;
    this.#deps = deps;
    this.#cors = config.cors === null ? null : createCors(config.cors);
    this.#isBot = config.botDetector === null ? () => false : createBotDetector(config.botDetector);
    this.#securityHeaders = config.security?.headers ?? {};
    const hosts = config.security?.hosts ?? [];
    this.#hosts = hosts.length === 0 ? null : new Set(hosts);
    for (const own of ownTargets({ config, writer, commonHeaders, clock })) {
      for (const method of own.methods) this.#tree.add(own.segments, method, own);
    }
    for (const { config: endpoint, serve } of deps.endpoints) {
      this.#tree.add(endpoint.path.segments, endpoint.method, { serve, isEndpoint: true });
    }
  }

  async serve(exchange: RawExchange): Promise<{ readonly path: string; readonly served: Served }> {
    const { request } = exchange;
    const target = parseRequestPath(request.url ?? "");
    const cors = this.#cors?.(request) ?? null;
    const headers = { ...this.#securityHeaders, ...cors?.headers };
    if (target === null) return { path: "", served: this.#refuse(exchange, 400, headers) };
    const { path, query } = target;
    if (cors?.kind === "preflight") {
      return { path, served: this.#write(exchange, cors.status, headers, null) };
    }
    const isStranger = this.#hosts !== null && !this.#hosts.has(requestHost(request));
    if (isStranger || this.#isBot(request)) {
      return { path, served: this.#refuse(exchange, 403, headers) };
    }
    return { path, served: await this.#route({ exchange, values: [], query, headers }, path) };
  }

  async #route(request: EndpointRequest, path: string): Promise<Served> {
    const { exchange, headers } = request;
    const { router } = this.#deps.config;
    const method = exchange.request.method ?? "";
    const finding = findRoute(this.#tree, router, method, path);
    switch (finding.kind) {
      case "found": {
        const { target, values } = finding;
        const isUnfit =
          target.isEndpoint && router.checksEncodedPath && values.some(isStillEncoded);
        if (isUnfit) return this.#refuse(exchange, 400, headers);
        return target.serve({ ...request, values });
      }
      case "redirect":
        return this.#redirect(request, finding.path, method);
      case "options": {
        const allow = finding.allowed.join(", ");
        return this.#write(exchange, 200, { ...headers, allow }, null);
      }
      case "wrong-method": {
        const allow = finding.allowed.join(", ");
        const body = router.errorBodies.wrongMethod;
        return this.#missing(exchange, 405, body ?? "405 method not allowed", {
          ...headers,
          allow,
          ...typeOf(body),
        });
      }
      case "nothing": {
        const body = router.errorBodies.notFound;
        return this.#missing(exchange, 404, body ?? "404 page not found", {
          ...headers,
          ...typeOf(body),
        });
      }
    }
  }

  #redirect({ exchange, query, headers }: EndpointRequest, path: string, method: string): Served {
    const location = encodeURI(path) + (query === "" ? "" : `?${query}`);
    return this.#write(exchange, method === "GET" ? 301 : 307, { ...headers, location }, null);
  }

  #missing(exchange: RawExchange, status: number, body: string, headers: HeaderValues): Served {
    return this.#write(exchange, status, { ...NOT_COMPLETED, ...headers }, body);
  }

  #refuse(exchange: RawExchange, status: number, headers: HeaderValues): Served {
    return this.#write(exchange, status, headers, null);
  }

  #write(
    exchange: RawExchange,
    status: number,
    headers: HeaderValues,
    body: string | null,
  ): Served {
    const all = { ...this.#deps.commonHeaders, ...headers };
    return { status, bodyBytes: this.#deps.writer.write(exchange.response, status, all, body) };
  }
}

function typeOf(customBody: string | null): HeaderValues {
  return customBody === null ? TEXT : { "content-type": "application/json; charset=utf-8" };
}
