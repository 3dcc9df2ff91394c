/** A configuration in words: what answers, whom it asks, and what each namespace does here. */
import { formatListen } from "#http";
import { formatDuration } from "#lib/duration";
import type { BackendConfig } from "./backend-config.ts";
import type { EndpointConfig } from "./endpoint-config.ts";
import type { ExtraConfig } from "./extra-config.ts";
import type { GatewayConfig } from "./gateway-config.ts";
import { effectOf, type Level } from "./namespaces.ts";

export interface ExplainedNamespace {
  readonly name: string;
  readonly levels: readonly Level[];
  /** Null: none, it is ignored. */
  readonly effect: string | null;
}

export interface ExplainedEndpoint {
  /** `GET /users/{id}` */
  readonly route: string;
  /** `json, timeout 2s, sequential` */
  readonly summary: string;
  /** `GET http://10.0.0.1:8000/u/{id} (json)` */
  readonly backends: readonly string[];
}

export interface GatewayExplanation {
  readonly listen: string;
  readonly endpoints: readonly ExplainedEndpoint[];
  readonly namespaces: readonly ExplainedNamespace[];
}

export function explainGateway(config: GatewayConfig): GatewayExplanation {
  const address = formatListen(config.listen);
  return {
    listen: `${config.tls === null ? "http" : "https"}://${address}`,
    endpoints: config.endpoints.map(explainEndpoint),
    namespaces: explainNamespaces(config),
  };
}

function explainEndpoint(endpoint: EndpointConfig): ExplainedEndpoint {
  const { method, path, outputEncoding, timeoutMs, cacheSeconds, concurrentCalls, proxy } =
    endpoint;
  const facts = [
    outputEncoding,
    `timeout ${durationText(timeoutMs)}`,
    cacheSeconds > 0 ? `cached ${cacheSeconds}s` : null,
    concurrentCalls > 1 ? `${concurrentCalls} concurrent calls` : null,
    proxy.isSequential ? "sequential" : null,
    endpoint.jwt === null ? null : "tokens only",
    endpoint.rateLimit === null ? null : "rate limit",
    proxy.staticData === null ? null : `static data (${proxy.staticData.strategy})`,
  ];
  return {
    route: `${method} ${path.text}`,
    summary: facts.filter((fact) => fact !== null).join(", "),
    backends: endpoint.backends.map(explainBackend),
  };
}

function explainBackend(backend: BackendConfig): string {
  const { method, hosts, url, encoding, isCollection, manipulation, isShadow } = backend;
  const facts = [
    encoding,
    isCollection ? "collection" : null,
    manipulation.target.length > 0 ? `target ${manipulation.target.join(".")}` : null,
    manipulation.group === null ? null : `group ${manipulation.group}`,
    backend.circuitBreaker === null ? null : "circuit breaker",
    backend.rateLimit === null ? null : "rate limit",
    isShadow ? "shadow" : null,
  ];
  const others = hosts.length > 1 ? ` and ${hosts.length - 1} more` : "";
  const text = facts.filter((fact) => fact !== null).join(", ");
  return `${method} ${hosts[0] ?? ""}${url.text}${others} (${text})`;
}

/** Fractions of milliseconds are too fine for the words we have. */
function durationText(durationMs: number): string {
  return Number.isInteger(durationMs) ? formatDuration(durationMs) : `${durationMs}ms`;
}

function explainNamespaces(config: GatewayConfig): readonly ExplainedNamespace[] {
  const levels = new Map<string, Set<Level>>();
  const add = (extraConfig: ExtraConfig, level: Level): void => {
    for (const name of Object.keys(extraConfig)) {
      levels.set(name, (levels.get(name) ?? new Set<Level>()).add(level));
    }
  };
  add(config.extraConfig, "service");
  for (const endpoint of config.endpoints) {
    add(endpoint.extraConfig, "endpoint");
    for (const backend of endpoint.backends) add(backend.extraConfig, "backend");
  }
  return [...levels].map(([name, found]) => {
    const effects = [...found].map((level) => effectOf(name, level));
    return { name, levels: [...found], effect: effects.find((effect) => effect !== null) ?? null };
  });
}
