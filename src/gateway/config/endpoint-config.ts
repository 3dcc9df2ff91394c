import { type BackendConfig, readBackend } from "./backend-config.ts";
import { type EndpointPath, parseEndpointPath } from "./endpoint-path.ts";
import { type BotDetectorOptions, readBotDetector } from "./extra/bot-detector-options.ts";
import { type JwtOptions, readJwt } from "./extra/jwt-options.ts";
import {
  DEFAULT_PROXY_OPTIONS,
  type EndpointProxyOptions,
  readEndpointProxy,
} from "./extra/proxy-options.ts";
import { readRouterRateLimit, type RouterRateLimit } from "./extra/rate-limit-options.ts";
import type { ExtraConfig } from "./extra-config.ts";
import type { Fields } from "./fields.ts";
import { type InputFilter, readInputFilter } from "./input-filter.ts";
import { LevelConfig } from "./level.ts";
import { type HttpMethod, methodOf } from "./method.ts";

const OUTPUT_ENCODINGS = [
  "json",
  "json-collection",
  "string",
  "xml",
  "yaml",
  "negotiate",
  "no-op",
] as const;
export type OutputEncoding = (typeof OUTPUT_ENCODINGS)[number];

export interface EndpointConfig {
  readonly path: EndpointPath;
  readonly method: HttpMethod;
  readonly timeoutMs: number;
  /** 0: no Cache-Control. */
  readonly cacheSeconds: number;
  readonly concurrentCalls: number;
  readonly inputHeaders: InputFilter;
  readonly inputQueryStrings: InputFilter;
  readonly outputEncoding: OutputEncoding;
  readonly backends: readonly BackendConfig[];
  readonly proxy: EndpointProxyOptions;
  readonly rateLimit: RouterRateLimit | null;
  readonly jwt: JwtOptions | null;
  readonly botDetector: BotDetectorOptions | null;
  readonly extraConfig: ExtraConfig;
}

/** What endpoints take over from the root. */
export interface EndpointContext {
  readonly hosts: readonly string[];
  readonly timeoutMs: number;
  readonly cacheTtlMs: number;
  readonly outputEncoding: string;
  readonly disableRest: boolean;
  readonly waived: ReadonlySet<string>;
}

/** The documented bound is 5, which the original does not hold files to. */
const CONCURRENT_CALLS_MAX = 100;

/** Null where the endpoint has no usable path or method, which has been reported. */
export function readEndpoint(fields: Fields, context: EndpointContext): EndpointConfig | null {
  const configured = fields.string("endpoint", null);
  if (configured === null) fields.refuse("endpoint", "is missing: say at which path it answers");
  const path = parseEndpointPath(configured ?? "/", context.disableRest);
  if (typeof path === "string") {
    fields.refuse("endpoint", path);
    return null;
  }
  const method = methodOf(fields.string("method", "GET"));
  if (method === null) {
    fields.warn(
      "method",
      "expected one of GET, POST, PUT, PATCH, DELETE; the endpoint is left out",
    );
    return null;
  }
  const level = new LevelConfig(fields, "endpoint", context.waived);
  const proxy = level.read("proxy", readEndpointProxy) ?? DEFAULT_PROXY_OPTIONS;
  const encoding = fields.string("output_encoding", context.outputEncoding);
  const backends = fields.list("backend").map((backend, index) =>
    readBackend(backend, index, {
      hosts: context.hosts,
      method,
      isNoop: encoding === "no-op",
      parameters: path.parameters,
      isSequential: proxy.isSequential,
      waived: context.waived,
    }),
  );
  checkBackends(fields, backends, encoding);
  const config = {
    path,
    method,
    timeoutMs: fields.duration("timeout", 0) || context.timeoutMs,
    cacheSeconds: Math.trunc(fields.duration("cache_ttl", context.cacheTtlMs) / 1000),
    concurrentCalls: fields.integer("concurrent_calls", 1, { min: 1, max: CONCURRENT_CALLS_MAX }),
    inputHeaders: readInputFilter(fields, "input_headers"),
    inputQueryStrings: readInputFilter(fields, "input_query_strings"),
    outputEncoding: outputEncodingOf(fields, encoding, backends),
    backends,
    proxy,
    rateLimit: level.read("qos/ratelimit/router", readRouterRateLimit),
    jwt: level.read("auth/validator", readJwt),
    botDetector: level.read("security/bot-detector", readBotDetector),
    extraConfig: level.values,
  };
  fields.finish();
  return config;
}

function checkBackends(fields: Fields, backends: readonly BackendConfig[], encoding: string): void {
  if (backends.length === 0) fields.refuse("backend", "expected at least one backend");
  if (encoding === "no-op" && backends.length > 1) {
    fields.refuse("backend", "an endpoint with output_encoding no-op takes one backend only");
  }
  if (backends.length > 0 && backends.every((backend) => backend.isShadow)) {
    fields.refuse("backend", "expected at least one backend that is no shadow");
  }
}

/** An unknown encoding is that of the single backend, else JSON. */
function outputEncodingOf(
  fields: Fields,
  text: string,
  backends: readonly BackendConfig[],
): OutputEncoding {
  const found = OUTPUT_ENCODINGS.find((encoding) => encoding === text);
  if (found !== undefined) return found;
  const [single] = backends;
  const fallback = OUTPUT_ENCODINGS.find(
    (encoding) => backends.length === 1 && encoding === single?.encoding,
  );
  fields.warn(
    "output_encoding",
    `expected one of ${OUTPUT_ENCODINGS.join(", ")}; taken as ${fallback ?? "json"}`,
  );
  return fallback ?? "json";
}
