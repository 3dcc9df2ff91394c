import type { ListenOptions } from "#http";
import { isIP } from "node:net";
import { ENDPOINTS_MAX } from "../limits.ts";
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
import { LevelConfig } from "./level.ts";

/** How the listener waits; 0 stands for the gateway's own limit. */
export interface ServerTimeouts {
  readonly readMs: number;
  readonly readHeaderMs: number;
  readonly idleMs: number;
  readonly writeMs: number;
}

/** How backends are connected to; 0: no such timeout. */
export interface ClientOptions {
  readonly idleConnectionsPerHostMax: number;
  readonly connectMs: number;
  readonly responseHeaderMs: number;
  readonly idleMs: number;
  readonly keepsAlive: boolean;
  readonly compresses: boolean;
  readonly dnsCacheMs: number;
}

export interface GatewayTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

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

const PORT = { min: 0, max: 65_535 };
const TIMEOUT_DEFAULT_MS = 2000;
const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER };
const UNSUPPORTED = [
  "plugin",
  "sequential_start",
  "max_idle_connections",
  "dialer_fallback_delay",
  "dialer_keep_alive",
  "expect_continue_timeout",
  "max_shutdown_wait_time",
  "max_header_bytes",
  "dns_cache_ttl",
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
  if (fields.has("client_tls"))
    fields.refuse(
      "client_tls",
      "is not supported: backends are checked against the system's roots",
    );
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

function readListen(fields: Fields): ListenOptions {
  const host = fields.string("listen_ip", "");
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (bare !== "" && isIP(bare) === 0) fields.refuse("listen_ip", "expected an IP address");
  return { kind: "tcp", host: bare, port: fields.integer("port", 8080, PORT) };
}

function readTls(fields: Fields): GatewayTls | null {
  const tls = fields.fields("tls");
  if (tls === null || tls.boolean("disabled", false)) return null;
  const [first, ...others] = tls.list("keys");
  const holder = first ?? tls;
  if (others.length > 0) tls.refuse("keys", "one pair of keys is supported: leave the first");
  if (tls.boolean("enable_mtls", false))
    tls.refuse("enable_mtls", "is not supported, and without it anybody could connect");
  const version = tls.choice(
    "min_version",
    ["TLS12", "TLS13", "SSL3.0", "TLS10", "TLS11"],
    "TLS13",
  );
  if (!/^TLS1[23]$/.test(version))
    tls.warn("min_version", "older than TLS12 is not spoken; taken as TLS12");
  const config = {
    certFile: holder.string("public_key", ""),
    keyFile: holder.string("private_key", ""),
    minVersion: version === "TLS13" ? "TLSv1.3" : "TLSv1.2",
  } as const;
  if (config.certFile === "")
    holder.refuse("public_key", "is missing: name the certificate's file");
  if (config.keyFile === "") holder.refuse("private_key", "is missing: name the key's file");
  tls.finish([
    "max_version",
    "curve_preferences",
    "prefer_server_cipher_suites",
    "cipher_suites",
    "ca_certs",
    "disable_system_ca_pool",
  ]);
  return config;
}

function readTimeouts(fields: Fields): ServerTimeouts {
  return {
    readMs: fields.duration("read_timeout", 0),
    readHeaderMs: fields.duration("read_header_timeout", 0),
    idleMs: fields.duration("idle_timeout", 0),
    writeMs: fields.duration("write_timeout", 0),
  };
}

function readClientOptions(fields: Fields): ClientOptions {
  return {
    idleConnectionsPerHostMax: fields.integer("max_idle_connections_per_host", 250, COUNT),
    connectMs: fields.duration("dialer_timeout", 0),
    responseHeaderMs: fields.duration("response_header_timeout", 0),
    idleMs: fields.duration("idle_connection_timeout", 0),
    keepsAlive: !fields.boolean("disable_keep_alives", false),
    compresses: !fields.boolean("disable_compression", false),
    dnsCacheMs: fields.duration("dns_cache_ttl", 30_000),
  };
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
