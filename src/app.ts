/**
 * The composition root: joins the parts by what the configuration says, and takes them apart again.
 * Each `create…` below is one part's front door; nothing is decided here but who knows whom.
 */
import { join } from "node:path";
import { type Access, createAccess, type OAuthSettings } from "#access";
import {
  CONTROL_SURFACES,
  createApiTelemetry,
  createControlRoutes,
  createOwnMetricsRoutes,
  createRoutes,
  OWN_METRICS_SURFACES,
  PUBLIC_SURFACES,
  type TenantLimits,
} from "#api";
import type { GaugewayConfig } from "#config";
import { type EngineReload, type EngineSettings, startEngine } from "#engine";
import {
  createCrossOriginHeaders,
  createHttpServer,
  createHttpTelemetry,
  defaultHttpLimits,
  type HttpLimits,
  type HttpServer,
  type HttpTelemetry,
  type ListenOptions,
  localUrl,
} from "#http";
import type { Logger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { type NewQuery, QueryPool } from "#query";
import { createRegistry, type Registry, reportRuntime } from "#telemetry";
import { installationFacts } from "./installation-facts.ts";
import { createControlApi } from "./control-api.ts";
import { openGateway } from "./open-gateway.ts";

/** A running Gaugeway. */
export interface App extends AsyncDisposable {
  readonly access: Access;
  /** Where the listeners came up, with the ports that the system chose. */
  readonly listeners: {
    readonly public: ListenOptions;
    readonly ownMetrics: ListenOptions | null;
    readonly control: ListenOptions | null;
    readonly gateway: ListenOptions | null;
  };
  /** Resolves where the engine ends by itself, which is a failure. */
  readonly engineFailed: Promise<void>;
  /** Takes over what can change while running. */
  reload(config: GaugewayConfig): Promise<void>;
  /** Takes over renewed certificate files, which a configuration that is the same may name. */
  reloadTls(): Promise<void>;
  /** Stops accepting, lets requests finish within the grace, writes what is pending, closes. */
  close(graceMs: number): Promise<void>;
}

export interface AppOptions {
  readonly config: GaugewayConfig;
  readonly version: string;
  readonly log: Logger;
  /** What a reload through the control socket does; the same as SIGHUP. */
  readonly requestReload: Parameters<typeof createControlApi>[0]["requestReload"];
}

/** Starts everything or, where a part fails, nothing. */
export async function startApp(options: AppOptions): Promise<App> {
  const { version, log } = options;
  await using starting = new AsyncDisposableStack();
  let { config } = options;
  const startedAtMs = systemClock.nowMs();
  let ready = false;
  const isReady = (): boolean => ready;

  const registry = createRegistry();
  starting.use(reportRuntime(registry, { thread: "main", version }));
  const engine = starting.use(await startEngine(engineSettings(config, version), log));
  const queries = starting.use(
    new QueryPool(() => engine.openStoreLine(), registry, config.query.settings, config.query.pool),
  );
  let publicUrl = publicUrlOf(config, config.server.listen);
  const oauth = (): OAuthSettings => ({ ...config.oauth, issuer: publicUrl });
  const access = starting.use(await openAccess(config, log, oauth));
  await access.applyDeclarations(config.access);

  const listeners = new Listeners(registry, log);
  starting.defer(async () => void (await listeners.close(0)));
  const ownMetrics = await listeners.open({
    name: "own_metrics",
    listen: config.ownMetrics?.listen ?? null,
    routes: createOwnMetricsRoutes({
      ownFamilies: async () => [registry.collect(), await engine.metrics()],
    }),
    surfaces: OWN_METRICS_SURFACES,
  });
  const queryDeps = {
    runQuery: (request: NewQuery, signal: AbortSignal) => queries.run(request, signal),
    querySettings: () => ({ timeoutMs: config.query.timeoutMs }),
    nowMs: () => systemClock.nowMs(),
  };
  const apiTelemetry = createApiTelemetry(registry);
  const publicServer = await listeners.open({
    name: "public",
    listen: config.server.listen,
    tls: config.server.tls,
    limits: { ...defaultHttpLimits, ...config.server.limits },
    trustedProxies: config.server.trustedProxies,
    routes: createRoutes({
      authenticate: access.authenticate,
      authenticateClient: access.authenticateClient,
      tokens: access.tokens,
      scrapeAdmission: access.scrapes,
      queryAdmission: access.queries,
      usage: access.usage,
      refusals: access.refusals,
      tenantLimits: () => tenantLimits(config),
      snapshots: engine.snapshots,
      telemetry: apiTelemetry,
      logger: log.child({ part: "api" }),
      metricsEndpoint: () => ({
        timestamps: config.metricsEndpoint.timestamps,
        gzip: config.metricsEndpoint.gzip,
      }),
      targets: () => engine.targets(),
      ...queryDeps,
      catalogue: (request, signal) => engine.catalogue(request, signal),
      metricMetadata: (matchers) => engine.metricMetadata(matchers),
      headStatistics: (entriesMax) => engine.headStatistics(entriesMax),
      installation: () => installationFacts(config, version, startedAtMs),
      isReady,
    }),
    surfaces: PUBLIC_SURFACES,
    crossOrigin: createCrossOriginHeaders(() => config.server.corsOrigins),
  });
  // Port 0 is another one now.
  publicUrl = publicUrlOf(config, publicServer?.listen ?? config.server.listen);
  const gateway =
    config.gateway === null
      ? null
      : await openGateway({
          section: config.gateway,
          version,
          log,
          registry,
          telemetry: listeners.telemetry,
        });
  if (gateway !== null) listeners.add(gateway);
  const control = await listeners.open({
    name: "control",
    listen: config.control?.listen ?? null,
    routes: createControlRoutes(
      createControlApi({
        engine,
        access,
        gateway,
        queries: queryDeps,
        version,
        isReady,
        storagePath: config.storage.path,
        requestReload: options.requestReload,
      }),
    ),
    surfaces: CONTROL_SURFACES,
  });
  await engine.applyScrape(config.scrape);
  ready = true;

  const parts = starting.move();
  const close = async (graceMs: number): Promise<void> => {
    ready = false;
    const cut = await listeners.close(graceMs);
    if (cut > 0) log.warn({ requests: cut }, "requests were cut off at the end of the grace");
    await parts.disposeAsync();
  };
  return {
    access,
    listeners: {
      public: publicServer?.listen ?? config.server.listen,
      ownMetrics: ownMetrics?.listen ?? null,
      control: control?.listen ?? null,
      gateway: gateway?.listen ?? null,
    },
    engineFailed: engine.ended.then(({ expected }) =>
      expected ? new Promise(() => {}) : undefined,
    ),
    async reload(next) {
      // What can fail as a whole goes first: a step that failed leaves the later ones undone.
      await access.applyDeclarations(next.access);
      await engine.reload(engineReload(next));
      queries.reconfigure(next.query.settings);
      publicServer?.trustProxies(next.server.trustedProxies);
      config = next;
    },
    async reloadTls() {
      await publicServer?.reloadTls();
      await gateway?.reloadTls();
    },
    close,
    [Symbol.asyncDispose]: () => close(0),
  };
}

interface ListenerOptions {
  readonly name: string;
  /** Null: not wanted. */
  readonly listen: ListenOptions | null;
  readonly tls?: GaugewayConfig["server"]["tls"];
  readonly limits?: HttpLimits;
  readonly trustedProxies?: readonly string[];
  readonly routes: Parameters<typeof createHttpServer>[0]["routes"];
  readonly surfaces: Parameters<typeof createHttpServer>[0]["surfaces"];
  readonly crossOrigin?: ReturnType<typeof createCrossOriginHeaders>;
}

/** The listeners of the process: opened one by one, closed together. */
class Listeners {
  readonly telemetry: HttpTelemetry;
  readonly #servers: Pick<HttpServer, "close">[] = [];
  readonly #log: Logger;

  constructor(registry: Registry, log: Logger) {
    this.telemetry = createHttpTelemetry(registry);
    this.#log = log.child({ part: "http" });
  }

  async open(options: ListenerOptions): Promise<HttpServer | null> {
    const { name, listen, routes, surfaces } = options;
    if (listen === null) return null;
    const server = await createHttpServer({
      name,
      listen,
      tls: options.tls ?? null,
      limits: options.limits ?? defaultHttpLimits,
      trustedProxies: options.trustedProxies ?? [],
      routes,
      surfaces,
      ...(options.crossOrigin === undefined ? {} : { crossOrigin: options.crossOrigin }),
      logger: this.#log,
      telemetry: this.telemetry,
    });
    this.#servers.push(server);
    return server;
  }

  /** One that came up elsewhere is closed with the others. */
  add(server: Pick<HttpServer, "close">): void {
    this.#servers.push(server);
  }

  /** The number of requests that were cut off. */
  async close(graceMs: number): Promise<number> {
    const cut = await Promise.all(this.#servers.map((server) => server.close(graceMs)));
    return cut.reduce((sum, count) => sum + count, 0);
  }
}

/** What tokens and metadata say of where we are: never what a request says. */
function publicUrlOf({ server }: GaugewayConfig, listen: ListenOptions): string {
  return server.externalUrl ?? localUrl(listen, server.tls === null ? "http" : "https");
}

function openAccess(
  config: GaugewayConfig,
  log: Logger,
  oauth: () => OAuthSettings,
): Promise<Access> {
  return createAccess({
    path: join(config.storage.path, "access.db"),
    sealingKeyPath: join(config.storage.path, "access.key"),
    oauth,
    clock: systemClock,
    limits: config.limits,
    onError: (error) => log.error({ error, part: "access" }, "a task of the access part failed"),
  });
}

function tenantLimits({ metricsEndpoint, query, storage }: GaugewayConfig): TenantLimits {
  const { seriesPerScrapeMax, bodyBytesMax } = metricsEndpoint.snapshots;
  return {
    seriesPerScrapeMax,
    scrapeBytesMax: bodyBytesMax,
    samplesPerQueryMax: query.settings.samplesMax,
    queryMemoryBytesMax: query.settings.memoryBytesMax,
    queryTimeoutMs: query.timeoutMs,
    concurrentQueriesMax: query.pool.tenantConcurrentMax,
    queuedQueriesMax: query.pool.tenantQueuedMax,
    retentionMs: storage.blocks.retentionMs,
  };
}

function engineSettings(config: GaugewayConfig, version: string): EngineSettings {
  const { path: storagePath, store, blocks } = config.storage;
  return { version, storagePath, store, blocks, snapshots: snapshotLimits(config) };
}

function engineReload(config: GaugewayConfig): EngineReload {
  const { store, blocks } = config.storage;
  const { seriesMax, minFreeBytes } = store;
  return {
    store: { seriesMax, minFreeBytes },
    blocks,
    snapshots: snapshotLimits(config),
    scrape: config.scrape,
  };
}

function snapshotLimits({ metricsEndpoint, storage }: GaugewayConfig): EngineReload["snapshots"] {
  return { ...metricsEndpoint.snapshots, futureToleranceMs: storage.store.futureSkewMs };
}
