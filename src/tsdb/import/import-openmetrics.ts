import { mkdirSync, readdirSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import { SampleColumns } from "#model";
import { blockIdOf, newBlockId } from "../block/block-meta.ts";
import { type BlockSeries, nextRank, writeBlock } from "../block/write-block.ts";
import { TIMESTAMP_MAGNITUDE_MAX_MS } from "../chunk/time-column.ts";
import {
  ImportBadTimestampError,
  ImportChangedError,
  ImportNoTimestampError,
} from "./import-errors.ts";
import {
  IMPORTS_FOLDER,
  inputIdentity,
  type LedgerEntry,
  readLedger,
  withFile,
  writeLedger,
} from "./import-ledger.ts";
import { ImportSeries } from "./import-series.ts";
import type { ImportParser, ImportSink } from "./import-sink.ts";
import { ImportStaging } from "./import-staging.ts";
import { orderSamples } from "./ordered-samples.ts";
import { SampleLog } from "./sample-log.ts";

/**
 * Backfills a text file straight into block files, one per aligned range (24 h). The server may be
 * running: blocks appear whole, and it takes them in at its next look.
 *
 * Samples gather in memory; a file that does not fit goes through a staging file, compressed and by
 * series. Every step is noted there first, so an import that was killed goes on where it was, and
 * one that is complete is not repeated.
 */
export interface ImportOptions {
  /** The text file. */
  readonly input: string;
  readonly dataFolder: string;
  /** Brings the text's format: see `ImportSink`. */
  readonly createParser: (sink: ImportSink) => ImportParser;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<ImportLimits>;
}

export interface ImportLimits {
  /** For label sets (at most half) and samples; what does not fit goes to disk. Default 512 MiB. */
  readonly memoryBytesMax: number;
  /** Time range of one block. Default 24 h. */
  readonly blockRangeMs: number;
}

const DEFAULT_LIMITS: ImportLimits = {
  memoryBytesMax: 512 * 2 ** 20,
  blockRangeMs: 24 * 3_600_000,
};

export interface ImportProgress {
  readonly phase: "reading" | "writing";
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly samples: number;
}

export interface ImportOutcome extends LedgerEntry {
  /** True where an earlier import of the same file was complete and nothing was done. */
  readonly wasImported: boolean;
  /** Samples that an earlier, killed import had read already. */
  readonly resumedFrom: number;
}

const CHUNK_BYTES = 1 << 20;

export async function importOpenMetrics(options: ImportOptions): Promise<ImportOutcome> {
  return await withFile(options.input, async (file) => {
    const identity = await inputIdentity(file);
    const earlier = await readLedger(options.dataFolder, identity);
    if (earlier !== null) return { ...earlier, wasImported: true, resumedFrom: 0 };
    const run = new ImportRun(options, identity);
    try {
      const entry = await run.run(file);
      if ((await inputIdentity(file)) !== identity) throw new ImportChangedError(options.input);
      await writeLedger(options.dataFolder, identity, entry);
      run.staging.remove();
      return { ...entry, wasImported: false, resumedFrom: run.resumedFrom };
    } finally {
      run.close();
    }
  });
}

class ImportRun implements ImportSink {
  readonly staging: ImportStaging;
  readonly resumedFrom: number;
  readonly #options: ImportOptions;
  readonly #limits: ImportLimits;
  readonly #series: ImportSeries;
  readonly #log: SampleLog;
  #samples = 0;
  #bytesRead = 0;
  #bytesTotal = 0;

  constructor(options: ImportOptions, identity: string) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { memoryBytesMax, blockRangeMs } = this.#limits;
    this.#series = new ImportSeries(memoryBytesMax / 2);
    this.#log = new SampleLog(memoryBytesMax / 2, blockRangeMs);
    const folder = join(options.dataFolder, IMPORTS_FOLDER);
    mkdirSync(folder, { recursive: true });
    this.staging = new ImportStaging(
      join(folder, `${identity}.staging.db`),
      basename(options.input),
    );
    this.resumedFrom = this.staging.samples;
  }

  close(): void {
    this.staging.close();
  }

  async run(file: FileHandle): Promise<LedgerEntry> {
    await this.#read(file);
    const places = this.#places();
    if (this.staging.hasRuns) this.#spill(places);
    const blocks = await this.#writeBlocks(places);
    const { count: series } = this.#series;
    return { samples: this.#samples, series, blocks, finishedMs: Date.now() };
  }

  async #read(file: FileHandle): Promise<void> {
    const parser = this.#options.createParser(this);
    this.#bytesTotal = (await file.stat()).size;
    // Two buffers: the next piece is read while this one is parsed.
    const buffers = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)] as const;
    let pending = file.read(buffers[0], 0, CHUNK_BYTES, 0);
    for (let i = 1; ; i++) {
      const { buffer, bytesRead } = await pending;
      if (bytesRead === 0) break;
      this.#bytesRead += bytesRead;
      pending = file.read(buffers[(i & 1) as 0 | 1], 0, CHUNK_BYTES, this.#bytesRead);
      parser.push(buffer.subarray(0, bytesRead));
      if (this.#log.isFull) this.#spill(this.#places());
      this.#report("reading");
    }
    parser.end();
  }

  #report(phase: ImportProgress["phase"]): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({
      phase,
      bytesRead: this.#bytesRead,
      bytesTotal: this.#bytesTotal,
      samples: this.#samples,
    });
  }

  resolveSeries: ImportSink["resolveSeries"] = (labels, metadata) =>
    this.#series.resolve(labels, metadata);

  metadataChanged: ImportSink["metadataChanged"] = (token, metadata) =>
    this.#series.setMetadata(token, metadata);

  sample: ImportSink["sample"] = (token, value, timestampMs) => {
    const timeMs = Math.round(timestampMs);
    if (!(timeMs >= -TIMESTAMP_MAGNITUDE_MAX_MS && timeMs <= TIMESTAMP_MAGNITUDE_MAX_MS)) {
      const labels = this.#series.labels(token);
      throw Number.isNaN(timestampMs)
        ? new ImportNoTimestampError(labels)
        : new ImportBadTimestampError(labels, timestampMs);
    }
    // After a kill the file is read again; what the staging file holds already is passed over.
    if (this.#samples++ >= this.resumedFrom) this.#log.add(token, timeMs, value);
  };

  /** By token: the series' place in the order of labels. */
  #places(): Uint32Array {
    const places = new Uint32Array(this.#series.count);
    this.#series.sorted().forEach((token, place) => (places[token] = place));
    return places;
  }

  /** Moves what is in memory to the staging file. */
  #spill(places: Uint32Array): void {
    if (this.#log.samples === 0) return;
    this.staging.spill(this.#samples, () => {
      for (const { range, token, samples } of this.#fromMemory(places)) {
        this.staging.addRun(range, token, samples);
      }
    });
    this.#log.clear();
  }

  /** Each series of each range with its samples, in the order in which blocks need them. */
  *#fromMemory(places: Uint32Array): Generator<RangeSeries> {
    const { runs, tokens, ranges } = this.#log.sorted(places);
    const samples = new SampleColumns();
    for (let i = 0; i < runs.length;) {
      const token = tokens[runs[i] as number] as number;
      const range = ranges[runs[i] as number] as number;
      samples.clear();
      for (; i < runs.length; i++) {
        const run = runs[i] as number;
        if (tokens[run] !== token || ranges[run] !== range) break;
        this.#log.copyRun(run, samples);
      }
      orderSamples(samples);
      yield { range, token, samples };
    }
  }

  *#fromStaging(places: Uint32Array): Generator<RangeSeries> {
    const samples = new SampleColumns();
    const inOrder = new Uint32Array(places.length);
    places.forEach((place, token) => (inOrder[place] = token));
    for (const range of this.staging.ranges()) {
      for (const token of inOrder) {
        samples.clear();
        this.staging.readRuns(range, token, samples);
        orderSamples(samples);
        yield { range, token, samples };
      }
    }
  }

  async #writeBlocks(places: Uint32Array): Promise<number> {
    const source = this.staging.hasRuns ? this.#fromStaging(places) : this.#fromMemory(places);
    const blocksFolder = join(this.#options.dataFolder, "blocks");
    mkdirSync(blocksFolder, { recursive: true });
    let blocks = 0;
    let next = source.next();
    while (next.done !== true) {
      const { range } = next.value;
      const ofRange = this.#seriesOf(range, source, next.value, (after) => (next = after));
      await this.#writeBlock(blocksFolder, range, ofRange);
      blocks++;
      this.#report("writing");
    }
    return blocks;
  }

  /** Yields the series of one range; hands what comes after it to `rest`. */
  *#seriesOf(
    range: number,
    source: Generator<RangeSeries>,
    first: RangeSeries,
    rest: (after: IteratorResult<RangeSeries>) => void,
  ): Generator<BlockSeries> {
    let next: IteratorResult<RangeSeries> = { done: false, value: first };
    while (next.done !== true && next.value.range === range) {
      const { token, samples } = next.value;
      const labels = this.#series.labels(token);
      yield { labels, metadata: this.#series.metadata(token), samples };
      next = source.next();
    }
    rest(next);
  }

  async #writeBlock(folder: string, range: number, series: Generator<BlockSeries>): Promise<void> {
    const planned = this.staging.plannedBlock(range);
    const isThere =
      planned !== null && readdirSync(folder).some((n) => blockIdOf(n) === planned.id);
    if (planned !== null && (planned.done || isThere)) {
      for (const _ of series);
      return;
    }
    const rank = await nextRank(folder);
    const id = newBlockId(rank);
    this.staging.noteBlock(range, id, false);
    await writeBlock(folder, series, { source: "import", id, rank });
    this.staging.noteBlock(range, id, true);
  }
}

interface RangeSeries {
  readonly range: number;
  readonly token: number;
  /** Reused with each step. */
  readonly samples: SampleColumns;
}
