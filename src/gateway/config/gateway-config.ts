import type { ListenOptions } from "#http";
import { ENDPOINTS_MAX } from "../limits.ts";
import { type ClientOptions, readClientOptions } from "./client-options.ts";
import { type EndpointConfig, readEndpoint } from "./endpoint-config.ts";
import { type CorsOptions, readCors } from "./extra/cors-options.ts";
import { type BotDetectorOptions, readBotDetector } from "./extra/bot-detector-options.ts";
import { type RouterOptions, readRouterOptions } from "./extra/router-options.ts";
import { readSecurity, type SecurityOptions } from "./extra/security-headers-options.ts";
import { type MeasuringOptions, readMeasuringOptions } from "../measuring-options.ts";
import type { ExtraConfig } from "./extra-config.ts";
import { Fields } from "./fields.ts";
import { Findings } from "./finding.ts";
import { readHosts } from "./hosts.ts";
import {
  type GatewayTls,
  readListen,
  readTimeouts,
  readTls,
  type ServerTimeouts,
} from "./listener-options.ts";
import { LevelConfig } from "./level.ts";

/** A whole, valid krakend file: defaults filled in, units in the names. */
export interface GatewayConfig {
  readonly name: string | null;
  readonly listen: ListenOptions;
  readonly tls: GatewayTls | null;
  readonly timeouts: ServerTimeouts;
  readonly client: ClientOptions;
  readonly endpoints: readonly EndpointConfig[];
  readonly router: RouterOptions;
  readonly cors: CorsOptions | null;
  readonly security: SecurityOptions | null;
  readonly botDetector: BotDetectorOptions | null;
  readonly hasDebugEndpoint: boolean;
  readonly hasEchoEndpoint: boolean;
  /** Root namespaces as they stand in the file. */
  readonly extraConfig: ExtraConfig;
  /** Null: nothing is measured. */
  readonly measuring: MeasuringOptions | null;
}

const TIMEOUT_DEFAULT_MS = 2000;
const UNSUPPORTED = [
  "plugin",
  "sequential_start",
  "max_idle_connections",
  "max_idle_connections_per_host",
  "write_timeout",
  "dialer_fallback_delay",
  "dialer_keep_alive",
  "expect_continue_timeout",
  "max_shutdown_wait_time",
  "max_header_bytes",
  "use_h2c",
];

/**
 * The configuration, or null where something in it cannot be used; `findings` tells what. `folder` is
 * where its relative paths start.
 */
export function readGatewayConfig(
  root: Readonly<Record<string, unknown>>,
  findings: Findings,
  waived: ReadonlySet<string>,
  folder: string,
): GatewayConfig | null {
  const fields = new Fields(root, "", findings);
  if (fields.raw("version") !== 3) fields.refuse("version", "expected 3");
  if (fields.has("async_agent"))
    fields.refuse("async_agent", "is not supported: no queues are read here");
  const level = new LevelConfig(fields, "service", waived);
  const router =
    level.read("router", readRouterOptions) ?? readRouterOptions(new Fields({}, "", findings));
  const config = {
    name: fields.string("name", null),
    listen: readListen(fields),
    tls: readTls(fields),
    timeouts: readTimeouts(fields),
    client: readClientOptions(fields),
    endpoints: readEndpoints(fields, waived),
    router,
    cors: level.read("security/cors", readCors),
    security: level.read("security/http", readSecurity),
    botDetector: level.read("security/bot-detector", readBotDetector),
    hasDebugEndpoint: fields.boolean("debug_endpoint", false),
    hasEchoEndpoint: fields.boolean("echo_endpoint", false),
    extraConfig: level.values,
    measuring: readMeasuringOptions(level.values, folder, findings),
  };
  fields.finish(UNSUPPORTED);
  return findings.errors.length === 0 ? config : null;
}

function readEndpoints(fields: Fields, waived: ReadonlySet<string>): readonly EndpointConfig[] {
  const context = {
    hosts: readHosts(fields, "host", false),
    timeoutMs: fields.duration("timeout", 0) || TIMEOUT_DEFAULT_MS,
    cacheTtlMs: fields.duration("cache_ttl", 0),
    outputEncoding: fields.string("output_encoding", "json"),
    disableRest: fields.boolean("disable_rest", false),
    waived,
  };
  const list = fields.list("endpoints");
  if (list.length > ENDPOINTS_MAX) fields.refuse("endpoints", `expected at most ${ENDPOINTS_MAX}`);
  const first = new Map<string, string>();
  return list.flatMap((endpoint) => {
    const config = readEndpoint(endpoint, context);
    if (config === null) return [];
    const route = `${config.method} ${config.path.metricName}`;
    const before = first.get(route);
    if (before !== undefined)
      endpoint.refuse("endpoint", `${route} is answered by ${before} already`);
    first.set(route, endpoint.path);
    return [config];
  });
}
