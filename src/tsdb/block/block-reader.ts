import { join } from "node:path";
import type { Labels, MetricMetadata, SampleColumns, TimeRange } from "#model";
import { readTimeColumn, type TimeColumn } from "../chunk/time-column.ts";
import { decodeSampleColumn } from "../chunk/sample-column.ts";
import { BlockCorruptError } from "./block-corrupt-error.ts";
import { BlockFile } from "./block-file.ts";
import { BlockIndex, type CompiledMatcher } from "./block-index.ts";
import { type BlockInfo, blockFileName, readBlockMeta } from "./block-meta.ts";
import { checksumOf, type RecordTable } from "./block-record.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { type EventLoopTurns, inTurns } from "./event-loop-turns.ts";
import { META_KEY, NAMES_KEY, PAGE_ENTRIES } from "./series-index-writer.ts";
import { type SeriesIds, union } from "./series-sets.ts";

/** Numbers of decoded time columns kept per open block, shared by the series that have them in common. */
const CACHED_TIMES_MAX = 1 << 18;
/** What an entry takes besides, in the room of numbers. */
const ENTRY_NUMBERS = 16;

/**
 * One open block. Whatever is read is checked; the first damaged byte that matters ends in a
 * `BlockCorruptError` that names the file, never in a wrong sample.
 */
export class BlockReader {
  readonly info: BlockInfo;
  readonly #file: BlockFile;
  readonly #index: BlockIndex;
  readonly #times = new BoundedCache<number, TimeColumn>(
    CACHED_TIMES_MAX,
    ({ size }) => size + ENTRY_NUMBERS,
  );

  readonly #onDamage: (error: BlockCorruptError) => void;

  /** `onDamage` hears of damage found when reading, before the reader's caller gets the error. */
  constructor(
    folder: string,
    fileName: string,
    onDamage: (error: BlockCorruptError) => void = () => {},
  ) {
    this.#onDamage = onDamage;
    let file: BlockFile | null = null;
    try {
      file = new BlockFile(join(folder, fileName));
      const meta = readBlockMeta(file.read("meta", META_KEY), fileName);
      if (blockFileName(meta) !== fileName) {
        throw new RangeError(`its name should be ${blockFileName(meta)}`);
      }
      this.#file = file;
      this.info = { ...meta, fileName, sizeBytes: file.sizeBytes };
      this.#index = new BlockIndex(file, meta);
    } catch (error) {
      file?.close();
      throw this.#corrupt(error, fileName);
    }
  }

  /** Series that one of the selectors means. */
  select(
    selectors: readonly (readonly CompiledMatcher[])[],
    turns: EventLoopTurns,
  ): Promise<SeriesIds> {
    return this.onIndex(async (index) => {
      const lists: SeriesIds[] = [];
      for (const matchers of selectors) lists.push(await inTurns(index.select(matchers), turns));
      return union(lists, this.info.series);
    });
  }

  /** Work on the index that takes longer. */
  async onIndex<Result>(work: (index: BlockIndex) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#index);
    } catch (error) {
      throw this.#corrupt(error);
    }
  }

  labels(series: number): Labels {
    return this.#guarded(() => this.#index.labels(series));
  }

  metadata(series: number): MetricMetadata | null {
    return this.#guarded(() => this.#index.metadata(series));
  }

  /** Appends the samples of the range to `into`. */
  read(series: number, range: TimeRange, into: SampleColumns): void {
    const before = into.length;
    try {
      this.#read(series, range, into);
    } catch (error) {
      into.truncate(before);
      throw this.#corrupt(error);
    }
  }

  #read(series: number, range: TimeRange, into: SampleColumns): void {
    const chunk = this.#file.read("chunk", series);
    const times = this.#timesOf(chunk.readVarint());
    const from = times.indexFrom(range.minMs);
    const to = times.indexFrom(Math.floor(range.maxMs) + 1);
    if (from >= to) return;
    into.reserve(to - from);
    decodeSampleColumn(chunk, { count: times.count, from, to }, into);
    times.copy(from, to, into.timestampsMs, into.length);
    into.length += to - from;
  }

  #timesOf(id: number): TimeColumn {
    let times = this.#times.get(id);
    if (times === undefined) {
      times = readTimeColumn(this.#file.read("times", id));
      this.#times.set(id, times);
    }
    return times;
  }

  /** Reads every record of the file, one a step; throws where one is damaged, missing or too many. */
  *verify(): Generator<void> {
    let checksum = this.#guarded(() => checksumOf(this.#file.read("meta", NAMES_KEY)));
    for (const { table, firstKey, records } of this.#tables()) {
      const stored = this.#guarded(() => this.#file.count(table));
      if (stored !== records) {
        throw this.#corrupt(new RangeError(`${stored} records in ${table}, not ${records}`));
      }
      for (let i = 0; i < records; i++) {
        checksum += this.#guarded(() => checksumOf(this.#file.read(table, firstKey + i)));
        yield;
      }
    }
    if (checksum % 2 ** 32 !== this.info.checksum) {
      throw this.#corrupt(new RangeError("the sum of all checksums differs"));
    }
  }

  /** The records that the block must have besides `meta`. */
  #tables(): { table: RecordTable; firstKey: number; records: number }[] {
    const { series, times, pairs, metadata } = this.info;
    return [
      { table: "chunk", firstKey: 0, records: series },
      { table: "times", firstKey: 0, records: times },
      { table: "series_page", firstKey: 0, records: Math.ceil(series / PAGE_ENTRIES) },
      { table: "pair_page", firstKey: 0, records: Math.ceil(pairs / PAGE_ENTRIES) },
      { table: "postings", firstKey: 0, records: pairs },
      { table: "metadata", firstKey: 1, records: metadata },
    ];
  }

  close(): void {
    this.#file.close();
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.#corrupt(error);
    }
  }

  #corrupt(error: unknown, fileName = this.info.fileName): unknown {
    if (!isDamage(error)) return error;
    const corrupt = new BlockCorruptError(fileName, error);
    this.#onDamage(corrupt);
    return corrupt;
  }
}

const SQLITE_ERROR = 1;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Told apart from a missing file, a lack of file handles or memory, and from bugs. */
function isDamage(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  const code = Number(error.errcode) & 0xff;
  return code === SQLITE_ERROR || code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
