import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { backup } from "node:sqlite";
import type { Clock } from "#lib/clock";
import type {
  Appendable,
  AppendOutcome,
  ExemplarQueryable,
  ExemplarsOfSeries,
  LabelQueryable,
  Labels,
  LatestSeries,
  Matcher,
  MetadataRef,
  MetricMetadata,
  NamedMetadata,
  Queryable,
  RejectReason,
  SampleBatch,
  SelectedSeries,
  SeriesExemplar,
  SeriesListener,
  SeriesRef,
  SeriesSelection,
  TimeRange,
} from "#model";
import { backupStore, type BackupOptions, type BackupOutcome } from "../backup/backup-store.ts";
import type { BlockSetOptions } from "../block/block-set-options.ts";
import type { BlockSet } from "../block/block-set.ts";
import { HistogramInvalidError } from "../errors.ts";
import { ExemplarRing } from "../head/exemplar-ring.ts";
import type { Head } from "../head/head.ts";
import { histogramFault } from "../histogram/histogram-fault.ts";
import { type HeadStatistics, headStatistics } from "../labels/head-statistics.ts";
import { StoreLabels } from "../labels/store-labels.ts";
import { BatchRecorder } from "../wal/batch-record.ts";
import { GroupCommit } from "../wal/group-commit.ts";
import type { HeadDatabase } from "../wal/head-database.ts";
import { BlockCutter } from "./block-cutter.ts";
import { selectSeries } from "./select-series.ts";
import type { StoreObserver } from "./store-events.ts";
import type { StoreOptions } from "./store-options.ts";

/** What a store is made of; `openStore` puts it together. */
export interface StoreParts {
  readonly path: string;
  readonly clock: Clock;
  readonly options: StoreOptions;
  readonly blockOptions: BlockSetOptions;
  readonly observer: StoreObserver;
  readonly head: Head;
  readonly database: HeadDatabase;
  readonly blocks: BlockSet;
  readonly nextSeq: number;
  readonly lock: Disposable;
}

/** The limits that may change while the store runs. */
export type LiveStoreOptions = Partial<Pick<StoreOptions, "seriesMax" | "minFreeBytes">>;
export type LiveBlockOptions = Partial<Pick<BlockSetOptions, "retentionMs" | "retentionBytes">>;

/** Counters since the start, and sizes at the moment. */
export interface StoreStats {
  readonly series: number;
  readonly refs: number;
  readonly samplesAppended: number;
  readonly samplesUnchanged: number;
  readonly samplesRejected: Readonly<Record<RejectReason, number>>;
  /** Series whose newest sample is a native histogram. */
  readonly histogramSeries: number;
  readonly exemplars: number;
  readonly commits: number;
  readonly walBytesWritten: number;
  readonly walBytes: number;
  readonly headSamples: number;
  readonly headBytes: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly oldestMs: number | null;
  /** Stable code of the reason for which new samples are refused, or null. */
  readonly degraded: string | null;
}

/** The embedded store. Lives in one thread; the only one in its data folder. */
export class Store
  implements
    Appendable,
    LatestSeries,
    Queryable,
    LabelQueryable,
    ExemplarQueryable,
    AsyncDisposable
{
  readonly #parts: StoreParts;
  readonly #head: Head;
  readonly #commit: GroupCommit;
  readonly #cutter: BlockCutter;
  readonly #recorder = new BatchRecorder();
  readonly #exemplars: ExemplarRing;
  readonly #labels: StoreLabels;
  readonly #timer: NodeJS.Timeout;
  #cut: Promise<void> | null = null;
  #closed = false;
  #appended = 0;
  #unchanged = 0;
  readonly #rejected: Record<RejectReason, number> = {
    duplicate: 0,
    too_old: 0,
    too_far_in_future: 0,
    unknown_series: 0,
  };

  constructor(parts: StoreParts) {
    this.#parts = parts;
    const { head, database, clock, options, observer, path, blocks } = parts;
    this.#head = head;
    this.#exemplars = new ExemplarRing(options.exemplarsMax, (ref) => head.labels(ref));
    head.listen({
      seriesAdded() {},
      seriesRemoved: (ref) => this.#exemplars.keepLabels(ref),
      metadataChanged() {},
    });
    this.#labels = new StoreLabels(head, blocks);
    this.#commit = new GroupCommit(
      {
        target: database,
        clock,
        takeDefinitions: () => head.takeDefinitions(),
        freeBytes: () => freeBytes(path),
        degradedChanged: (error) =>
          observer(
            error === null ? { kind: "storage_recovered" } : { kind: "storage_degraded", error },
          ),
      },
      options,
      parts.nextSeq,
    );
    const folder = join(path, "blocks");
    this.#cutter = new BlockCutter({
      head,
      database,
      commit: this.#commit,
      blocks,
      folder,
      observer,
    });
    this.#timer = setInterval(() => void this.maintain(), options.maintenanceMs);
    this.#timer.unref();
  }

  get refEnd(): number {
    return this.#head.refEnd;
  }

  get timestampsMs(): Float64Array {
    return this.#head.timestampsMs;
  }

  get values(): Float64Array {
    return this.#head.values;
  }

  get appendCount(): number {
    return this.#head.appendCount;
  }

  ensureSeries(labels: Labels): SeriesRef {
    return this.#head.ensureSeries(labels);
  }

  isLive(ref: SeriesRef): boolean {
    return this.#head.isLive(ref);
  }

  labels(ref: SeriesRef): Labels {
    return this.#head.labels(ref);
  }

  internMetadata(metadata: MetricMetadata): MetadataRef {
    return this.#head.internMetadata(metadata);
  }

  metadata(ref: SeriesRef): MetricMetadata | null {
    return this.#head.metadata(ref);
  }

  setMetadata(ref: SeriesRef, metadata: MetadataRef): void {
    this.#head.setMetadata(ref, metadata);
  }

  listen(listener: SeriesListener): () => void {
    return this.#head.listen(listener);
  }

  append(batch: SampleBatch, exemplars?: readonly SeriesExemplar[]): Promise<AppendOutcome> {
    this.#commit.checkRoom();
    if (this.#commit.failure !== null) return Promise.reject(this.#commit.failure);
    const refusal = this.#refusal(batch);
    if (refusal !== null) return Promise.reject(refusal);
    const nowMs = this.#parts.clock.nowMs();
    const recorder = this.#recorder;
    recorder.begin();
    let outcome: AppendOutcome;
    try {
      outcome = this.#head.append(batch, nowMs, this.#commit.seq, recorder);
    } catch (error) {
      // The head is full: what it took before it was must be in the log as well.
      if (recorder.samples > 0) void this.#log(recorder).catch(() => null);
      return Promise.reject(error);
    }
    this.#count(outcome);
    for (const exemplar of exemplars ?? []) this.#addExemplar(exemplar, nowMs);
    // Without samples of its own a batch still waits for those that made its samples «unchanged».
    const durable =
      recorder.samples > 0 ? this.#log(recorder) : (this.#commit.pending ?? Promise.resolve());
    return durable.then(() => outcome);
  }

  select(matchers: readonly Matcher[]): Uint32Array;
  select(
    matchers: readonly Matcher[],
    range: TimeRange,
    until?: DisposableStack,
  ): AsyncIterable<SelectedSeries>;
  select(
    matchers: readonly Matcher[],
    range?: TimeRange,
    until?: DisposableStack,
  ): Uint32Array | AsyncIterable<SelectedSeries> {
    return range === undefined
      ? this.#head.select(matchers)
      : selectSeries(this.#head, this.#parts.blocks, { selectors: [matchers], range }, until);
  }

  labelNames(selection: SeriesSelection): Promise<readonly string[]> {
    return this.#labels.labelNames(selection);
  }

  labelValues(name: string, selection: SeriesSelection): Promise<readonly string[]> {
    return this.#labels.labelValues(name, selection);
  }

  seriesLabels(selection: SeriesSelection): AsyncIterable<Labels> {
    return this.#labels.seriesLabels(selection);
  }

  metricMetadata(selection: SeriesSelection): Promise<readonly NamedMetadata[]> {
    return this.#labels.metricMetadata(selection);
  }

  selectExemplars(selection: SeriesSelection): Promise<readonly ExemplarsOfSeries[]> {
    return this.#exemplars.select(selection);
  }

  /** What is in memory, in figures, with the `entriesMax` largest of each list. */
  headStatistics(entriesMax: number): Promise<HeadStatistics> {
    return headStatistics(this.#head, entriesMax);
  }

  /** Takes over limits while running. The parts of the store read them from shared objects. */
  reconfigure(options: LiveStoreOptions, blockOptions: LiveBlockOptions): void {
    Object.assign(this.#parts.options, options);
    Object.assign(this.#parts.blockOptions, blockOptions);
  }

  /** Commits what is queued. */
  flush(): void {
    this.#commit.flush();
  }

  /** Cuts what is due into a block, then lets retention and compaction work; never rejects. */
  async maintain(): Promise<void> {
    const { clock, options, blocks } = this.#parts;
    const dueMs = clock.nowMs() - options.blockDurationMs / 2;
    // Only the cut excludes another one: a long compaction must not hold it up.
    this.#cut ??= this.#attempt(() => this.#cutter.cut(dueMs)).finally(() => {
      this.#cut = null;
    });
    await this.#cut;
    if (!this.#closed) await this.#attempt(() => blocks.maintain());
  }

  stats(): StoreStats {
    const blocks = this.#parts.blocks.blocks();
    const ranges = this.#head.ranges.all();
    const oldest = blocks[0]?.minMs ?? ranges[0]?.minMs ?? null;
    return {
      series: this.#head.index.count,
      refs: this.#head.refEnd,
      samplesAppended: this.#appended,
      samplesUnchanged: this.#unchanged,
      samplesRejected: { ...this.#rejected },
      histogramSeries: this.#head.histogramSeries,
      exemplars: this.#exemplars.count,
      commits: this.#commit.commits,
      walBytesWritten: this.#commit.bytesWritten,
      walBytes: this.#parts.database.usedBytes(),
      headSamples: ranges.reduce((sum, range) => sum + range.samples, 0),
      headBytes: ranges.reduce((sum, range) => sum + range.bytes, 0),
      blocks: blocks.length,
      blockBytes: blocks.reduce((sum, block) => sum + block.sizeBytes, 0),
      oldestMs: oldest,
      degraded: this.#commit.failure?.code ?? null,
    };
  }

  /** A consistent copy of the whole data folder, while appends and queries go on. */
  backup(
    targetFolder: string,
    options: Pick<BackupOptions, "onProgress" | "signal"> = {},
  ): Promise<BackupOutcome> {
    const copyHead = (folder: string): Promise<void> => this.backupHead(folder);
    return backupStore({ ...options, dataFolder: this.#parts.path, targetFolder, copyHead });
  }

  /** Copies the log alone into the folder, with SQLite's online backup. */
  async backupHead(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    this.#commit.flush();
    await backup(this.#parts.database.connection, join(folder, "head.db"));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#cut;
    this.#commit.close();
    this.#parts.database.close();
    await this.#parts.blocks.close();
    this.#parts.lock[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Why the batch cannot be stored at all, or null. */
  #refusal({ histograms, length, refs }: SampleBatch): HistogramInvalidError | null {
    if (histograms == null) return null;
    for (let i = 0; i < length; i++) {
      const histogram = histograms[i];
      const fault = histogram === undefined ? null : histogramFault(histogram);
      if (fault !== null) {
        return new HistogramInvalidError(this.labels(refs[i] as SeriesRef), fault);
      }
    }
    return null;
  }

  #log(recorder: BatchRecorder): Promise<void> {
    return this.#commit.add(recorder.finish(), recorder.minMs, recorder.maxMs);
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.observer({ kind: "maintenance_failed", error });
    }
  }

  #count(outcome: AppendOutcome): void {
    this.#appended += outcome.appended;
    this.#unchanged += outcome.unchanged;
    for (const [reason, count] of Object.entries(outcome.rejected)) {
      this.#rejected[reason as RejectReason] += count;
    }
  }

  #addExemplar(exemplar: SeriesExemplar, nowMs: number): void {
    if (!this.isLive(exemplar.ref)) return;
    const sampleMs = this.#head.timestampsMs[exemplar.ref] as number;
    this.#exemplars.add(exemplar, Number.isFinite(sampleMs) ? sampleMs : nowMs);
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
