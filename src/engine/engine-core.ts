import {
  compileEntitlement,
  type Entitlement,
  type EntitlementExplanation,
  explainEntitlement,
  LabelCollisionError,
  scopeExemplars,
  scopeLabels,
  scopeQueryable,
} from "#access";
import type { Logger } from "#lib/logger";
import { OperatingError } from "#lib/operating-error";
import type { Matcher, NamedMetadata, Queryable } from "#model";
import { parseSelector } from "#promql";
import type { ResultFormat } from "#results";
import {
  answerCatalogue,
  type Catalogue,
  type CatalogueRequest,
  hostSelections,
  type QueryView,
  type StoreLine,
} from "#query";
import { systemClock } from "#lib/system-clock";
import {
  replyBuffers,
  SnapshotRenderer,
  type SnapshotReply,
  type SnapshotRequest,
  type StreamHead,
} from "#snapshot";
import {
  createScrapeManager,
  type ScrapeConfig,
  type ScrapeManager,
  type TargetsSnapshot,
} from "#sources";
import { type CollectedFamilies, createRegistry, type Registry, reportRuntime } from "#telemetry";
import { type HeadStatistics, openStore, type Store, type StoreStats } from "#tsdb";
import type { EngineReload, EngineSettings } from "./engine-settings.ts";
import { backupSteps } from "./backup-steps.ts";
import { exportOpenMetrics } from "./export-openmetrics.ts";
import { exportSamples } from "./export-samples.ts";
import { logStoreEvent } from "./log-store-events.ts";
import {
  countQuarantined,
  observeScrapes,
  observeSnapshots,
  reportSnapshots,
  reportStore,
} from "./metrics.ts";
import { Opened, Transferred } from "#lib/rpc-server";

/** What to export: PromQL selectors (none: everything), and times in milliseconds, both ends in. */
export interface ExportRequest {
  readonly format: "openmetrics" | ResultFormat;
  readonly selectors: readonly string[];
  readonly minMs: number | null;
  readonly maxMs: number | null;
}

/** How often idle series lists of snapshots are looked for. */
const SWEEP_MS = 60_000;

/** Everything that lives in the engine's thread, joined. */
export class EngineCore {
  readonly #store: Store;
  readonly #scrapes: ScrapeManager;
  readonly #registry: Registry;
  readonly #runtime: Disposable;
  readonly #sweep: NodeJS.Timeout;
  readonly #queryLog: Logger;
  readonly #exportLog: Logger;
  #snapshots: SnapshotRenderer;

  static async open(settings: EngineSettings, log: Logger): Promise<EngineCore> {
    const registry = createRegistry();
    const countDamage = countQuarantined(registry);
    const storeLog = log.child({ part: "store" });
    const store = await openStore({
      path: settings.storagePath,
      clock: systemClock,
      options: settings.store,
      blockOptions: settings.blocks,
      observer(event) {
        countDamage(event);
        logStoreEvent(storeLog, event);
      },
    });
    return new EngineCore(settings, log, store, registry);
  }

  private constructor(settings: EngineSettings, log: Logger, store: Store, registry: Registry) {
    this.#store = store;
    this.#registry = registry;
    this.#queryLog = log.child({ part: "query" });
    this.#exportLog = log.child({ part: "export" });
    this.#runtime = reportRuntime(registry, { thread: "engine", version: null });
    this.#scrapes = createScrapeManager(
      {
        appendable: store,
        clock: systemClock,
        log: log.child({ part: "scrape" }),
        observer: observeScrapes(registry),
      },
      { version: settings.version },
    );
    const observer = observeSnapshots(registry);
    this.#snapshots = new SnapshotRenderer({
      latest: store,
      clock: systemClock,
      limits: settings.snapshots,
      observer,
    });
    this.#sweep = setInterval(() => this.#snapshots.sweep(), SWEEP_MS);
    reportStore(registry, store);
    reportSnapshots(registry, () => this.#snapshots);
  }

  applyScrape(config: ScrapeConfig): void {
    this.#scrapes.apply(config);
  }

  reload(reload: EngineReload): void {
    this.#scrapes.apply(reload.scrape);
    this.#store.reconfigure(reload.store, reload.blocks);
    this.#snapshots.reconfigure(reload.snapshots);
  }

  targets(): TargetsSnapshot {
    return this.#scrapes.targets();
  }

  stats(): StoreStats {
    return this.#store.stats();
  }

  metrics(): CollectedFamilies {
    return this.#registry.collect();
  }

  explain(params: {
    readonly current: Entitlement | null;
    readonly proposed?: Entitlement | null;
  }): EntitlementExplanation {
    const { current, proposed } = params;
    return explainEntitlement(this.#store, current, proposed, systemClock.nowMs());
  }

  /** Throws `PromqlSyntaxError` where a selector cannot be read. */
  exportSamples(request: ExportRequest): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const parsed = request.selectors.map((text) => parseSelector(text).matchers);
    const selectors = parsed.length === 0 ? [[]] : parsed;
    const { format, minMs, maxMs } = request;
    const range = { minMs: minMs ?? -Infinity, maxMs: maxMs ?? Infinity };
    if (format !== "openmetrics") return exportSamples(this.#store, { selectors, range }, format);
    return exportOpenMetrics(this.#store, {
      selectors,
      range,
      onHistogramsLeftOut: (samples) =>
        this.#exportLog.warn({ samples }, "an export left native histograms out"),
    });
  }

  /** Serves one more query thread, until its line is closed. */
  connectQueries(line: StoreLine): void {
    hostSelections(line, {
      queryableFor: (view) => this.#viewedAs(view),
      onFailure: (error) => this.#logFailedSelection(error),
    });
  }

  /** What series there are: the whole body of the answer. */
  catalogue(
    request: CatalogueRequest,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array<ArrayBuffer>> {
    return answerCatalogue(this.#catalogueAs(request.view), request, signal);
  }

  metricMetadata(matchers: readonly Matcher[]): Promise<readonly NamedMetadata[]> {
    const range = { minMs: -Infinity, maxMs: Infinity };
    return this.#store.metricMetadata({ selectors: [matchers], range });
  }

  headStatistics(entriesMax: number): Promise<HeadStatistics> {
    return this.#store.headStatistics(entriesMax);
  }

  #catalogueAs(view: QueryView): Catalogue {
    if (view === "everything") return { labels: this.#store, exemplars: this.#store };
    const entitlement = compileEntitlement(view);
    const nowMs = systemClock.nowMs();
    return {
      labels: scopeLabels(this.#store, entitlement, nowMs),
      exemplars: scopeExemplars(this.#store, entitlement, nowMs),
    };
  }

  /** The tenant is not told which hidden labels collide; the operator is. */
  #logFailedSelection(error: unknown): void {
    if (error instanceof LabelCollisionError) {
      this.#queryLog.warn({ code: error.code, detail: error.operatorDetail }, "query refused");
    } else if (!(error instanceof OperatingError)) {
      this.#queryLog.error({ error }, "a selection failed");
    }
  }

  #viewedAs(view: QueryView): Queryable {
    if (view === "everything") return this.#store;
    return scopeQueryable(this.#store, compileEntitlement(view), systemClock.nowMs());
  }

  backup(folder: string, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    return backupSteps(this.#store, folder, signal);
  }

  async snapshot(
    params: { readonly request: SnapshotRequest; readonly ifVersion: string | null },
    signal: AbortSignal,
  ): Promise<Transferred<SnapshotReply>> {
    const reply = await this.#snapshots.answer(params.request, params.ifVersion, signal);
    return new Transferred(reply, replyBuffers(reply));
  }

  async streamSnapshot(request: SnapshotRequest, signal: AbortSignal): Promise<Opened> {
    const answer = await this.#snapshots.answerStream(request, signal);
    if (answer.kind === "refused") return new Opened(answer satisfies StreamHead, noChunks());
    const { kind, seriesCount, chunks } = answer;
    return new Opened({ kind, seriesCount } satisfies StreamHead, chunks);
  }

  /** Ends scrapes under way, then closes the store: what was acknowledged is on disk already. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#scrapes[Symbol.asyncDispose]();
    this.#snapshots.close();
    await this.#store.close();
    this.#runtime[Symbol.dispose]();
  }
}

async function* noChunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {}
