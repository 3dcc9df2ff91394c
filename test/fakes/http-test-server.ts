import {
  type createCrossOriginHeaders,
  createHttpServer,
  createHttpTelemetry,
  defaultHttpLimits,
  type HttpLimits,
  type HttpServer,
  type ListenOptions,
  type Route,
  type SurfacePrefix,
  type TlsOptions,
} from "#http";
import type { LogFields, Logger } from "#lib/logger";
import { type CollectedFamilies, createRegistry } from "#telemetry";

export interface TestServer extends AsyncDisposable {
  readonly server: HttpServer;
  readonly port: number;
  readonly log: (LogFields & { readonly message: string })[];
  collect(): CollectedFamilies;
  /** The number of the series with these label values, 0 where there is none. */
  count(family: string, ...labelValues: readonly string[]): number;
}

interface TestServerOptions {
  readonly routes: readonly Route[];
  readonly limits?: Partial<HttpLimits>;
  readonly tls?: TlsOptions;
  readonly listen?: ListenOptions;
  readonly surfaces?: readonly SurfacePrefix[];
  readonly trustedProxies?: readonly string[];
  readonly crossOrigin?: ReturnType<typeof createCrossOriginHeaders>;
}

/** A listener on loopback with its own registry and a log that tests can read. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const registry = createRegistry();
  const log: (LogFields & { readonly message: string })[] = [];
  const server = await createHttpServer({
    name: "test",
    listen: options.listen ?? { kind: "tcp", host: "127.0.0.1", port: 0 },
    tls: options.tls ?? null,
    ...(options.crossOrigin === undefined ? {} : { crossOrigin: options.crossOrigin }),
    limits: { ...defaultHttpLimits, ...options.limits },
    routes: options.routes,
    surfaces: options.surfaces ?? [],
    trustedProxies: options.trustedProxies ?? [],
    logger: recordingLogger(log),
    telemetry: createHttpTelemetry(registry),
  });
  return {
    server,
    port: server.listen.kind === "tcp" ? server.listen.port : 0,
    log,
    collect: () => registry.collect(),
    count: (family, ...labelValues) => countOf(registry.collect(), family, labelValues),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export function recordingLogger(log: (LogFields & { readonly message: string })[]): Logger {
  const write = (fields: LogFields, message: string) => void log.push({ ...fields, message });
  const logger: Logger = {
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    fatal: write,
    child: () => logger,
  };
  return logger;
}

function countOf(
  families: CollectedFamilies,
  name: string,
  labelValues: readonly string[],
): number {
  const family = families.find((candidate) => candidate.definition.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  const width = family.definition.labels.length;
  const wanted = labelValues.join("\0");
  for (let i = 0; i < family.values.length; i++) {
    const values = family.labelValues.slice(i * width, (i + 1) * width);
    if (values.join("\0") === wanted) return family.values[i] ?? 0;
  }
  return 0;
}
