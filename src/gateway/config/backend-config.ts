import { type CircuitBreakerOptions, readCircuitBreaker } from "./extra/circuit-breaker-options.ts";
import { type ErrorPolicy, readErrorPolicy } from "./extra/error-policy.ts";
import type { FlatmapOperation } from "./extra/flatmap-options.ts";
import { readBackendProxy } from "./extra/proxy-options.ts";
import { type BucketOptions, readProxyRateLimit } from "./extra/rate-limit-options.ts";
import type { ExtraConfig } from "./extra-config.ts";
import type { Fields } from "./fields.ts";
import { readHosts } from "./hosts.ts";
import { type InputFilter, readBackendFilter } from "./input-filter.ts";
import { LevelConfig } from "./level.ts";
import { type HttpMethod, readMethod } from "./method.ts";
import { parseUrlTemplate, type UrlTemplate } from "./url-template.ts";

const ENCODINGS = ["json", "safejson", "string", "xml", "rss", "yaml", "no-op"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What of a decoded answer goes on, in the order in which it is done. */
export interface Manipulation {
  /** Dotted path, split; empty: all of it. */
  readonly target: readonly string[];
  readonly flatmap: readonly FlatmapOperation[];
  /** Paths, split; empty: no such list. `allow` wins. */
  readonly allow: readonly (readonly string[])[];
  readonly deny: readonly (readonly string[])[];
  readonly mapping: Readonly<Record<string, string>>;
  /** Null: not wrapped. */
  readonly group: string | null;
}

export interface Discovery {
  readonly kind: "static" | "dns";
  /** Scheme of hosts that DNS names. */
  readonly scheme: string;
}

export interface BackendConfig {
  readonly url: UrlTemplate;
  readonly hosts: readonly string[];
  readonly discovery: Discovery;
  readonly method: HttpMethod;
  readonly encoding: Encoding;
  readonly isCollection: boolean;
  readonly manipulation: Manipulation;
  /** Null: as the endpoint has it. */
  readonly inputHeaders: InputFilter | null;
  readonly inputQueryStrings: InputFilter | null;
  readonly errorPolicy: ErrorPolicy;
  readonly rateLimit: BucketOptions | null;
  readonly circuitBreaker: CircuitBreakerOptions | null;
  /** Called, but nobody waits for its answer. */
  readonly isShadow: boolean;
  readonly extraConfig: ExtraConfig;
}

/** What a backend takes over from its endpoint and the root. */
export interface BackendContext {
  readonly hosts: readonly string[];
  readonly method: HttpMethod;
  readonly isNoop: boolean;
  readonly parameters: readonly string[];
  readonly isSequential: boolean;
  readonly waived: ReadonlySet<string>;
}

export function readBackend(fields: Fields, index: number, context: BackendContext): BackendConfig {
  const url = parseUrlTemplate(fields.string("url_pattern", ""));
  if (!fields.has("url_pattern"))
    fields.refuse("url_pattern", "is missing: say which path to ask for");
  checkPlaceholders(fields, url, index, context);
  const level = new LevelConfig(fields, "backend", context.waived);
  const proxy = level.read("proxy", readBackendProxy);
  const config: BackendConfig = {
    url,
    hosts: readBackendHosts(fields, context),
    discovery: readDiscovery(fields),
    method: fields.has("method") ? readMethod(fields) : context.method,
    encoding: context.isNoop ? "no-op" : readEncoding(fields),
    isCollection: fields.boolean("is_collection", false),
    manipulation: readManipulation(fields, proxy?.flatmap ?? []),
    inputHeaders: readBackendFilter(fields, "input_headers"),
    inputQueryStrings: readBackendFilter(fields, "input_query_strings"),
    errorPolicy: level.read("backend/http", readErrorPolicy) ?? { kind: "hidden" },
    rateLimit: level.read("qos/ratelimit/proxy", readProxyRateLimit),
    circuitBreaker: level.read("qos/circuit-breaker", readCircuitBreaker),
    isShadow: proxy?.isShadow ?? false,
    extraConfig: level.values,
  };
  fields.finish();
  return config;
}

function checkPlaceholders(
  fields: Fields,
  url: UrlTemplate,
  index: number,
  context: BackendContext,
): void {
  for (const piece of url.pieces) {
    if (piece.kind === "parameter" && !context.parameters.includes(piece.name)) {
      fields.refuse("url_pattern", `{${piece.name}} is no placeholder of the endpoint's path`);
    }
    if (piece.kind === "response" && (!context.isSequential || piece.backend >= index)) {
      const text = `{resp${piece.backend}_…} needs proxy.sequential and a backend before this one`;
      fields.refuse("url_pattern", text);
    }
  }
}

function readBackendHosts(fields: Fields, context: BackendContext): readonly string[] {
  const keepsText = fields.boolean("disable_host_sanitize", false);
  const isDns = fields.raw("sd") === "dns" || fields.raw("sd") === "dns-shared";
  const own = readHosts(fields, "host", keepsText || isDns);
  const hosts = own.length === 0 ? context.hosts : own;
  if (hosts.length === 0) fields.refuse("host", "is missing here and at the root");
  return hosts;
}

function readDiscovery(fields: Fields): Discovery {
  const sd = fields.string("sd", "static");
  if (!["static", "dns", "dns-shared"].includes(sd)) {
    fields.warn("sd", "expected static, dns or dns-shared; taken as static");
  }
  const kind = sd === "dns" || sd === "dns-shared" ? "dns" : "static";
  return { kind, scheme: fields.string("sd_scheme", "http") };
}

function readEncoding(fields: Fields): Encoding {
  const text = fields.string("encoding", "json");
  const found = ENCODINGS.find((encoding) => encoding === text);
  if (found === undefined && text !== "") {
    fields.warn("encoding", `expected one of ${ENCODINGS.join(", ")}; taken as json`);
  }
  return found ?? "json";
}

function readManipulation(fields: Fields, flatmap: readonly FlatmapOperation[]): Manipulation {
  const target = fields.string("target", "");
  const group = fields.string("group", "");
  const split = (key: string) => fields.strings(key, []).map((path) => path.split("."));
  return {
    target: target === "" ? [] : target.split("."),
    flatmap,
    allow: split("allow"),
    deny: split("deny"),
    mapping: fields.texts("mapping"),
    group: group === "" ? null : group,
  };
}
