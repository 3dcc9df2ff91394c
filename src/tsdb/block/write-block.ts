import { mkdir, readdir } from "node:fs/promises";
import { assert } from "#lib/assert";
import { compareLabels, type Labels, type MetricMetadata, type SampleColumns } from "#model";
import { encodeTimeColumn, TIMESTAMP_MAGNITUDE_MAX_MS, TIMES_MAX } from "../chunk/time-column.ts";
import { encodeSampleColumn } from "../chunk/sample-column.ts";
import { BlockFileWriter } from "./block-file-writer.ts";
import {
  BLOCK_FORMAT_VERSION,
  blockFileName,
  blockIdOf,
  type BlockMeta,
  type BlockSource,
  newBlockId,
  rankOfId,
  writeBlockMeta,
} from "./block-meta.ts";
import { EventLoopTurns } from "./event-loop-turns.ts";
import { META_KEY, SeriesIndexWriter } from "./series-index-writer.ts";
import { SharedTimes } from "./shared-times.ts";

/** One series on its way into a block. `samples` may be reused by the caller between steps. */
export interface BlockSeries {
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
  readonly samples: SampleColumns;
}

export interface WriteBlockInfo {
  readonly source: BlockSource;
  /** Of a merged block: what it replaces, and the highest rank among that. */
  readonly parents?: readonly string[];
  readonly rank?: number;
  /** From `newBlockId`; made if absent. */
  readonly id?: string;
}

/**
 * Writes one immutable block file into `folder` (made if absent) and returns its description once it is
 * durable, or null where no series has samples. Series come sorted by labels, each once, times strictly
 * rising, whole milliseconds. Gives the event loop a turn every few milliseconds. Fails with
 * the error of the file system or of SQLite (a full disk, for instance), then nothing is left behind.
 */
export async function writeBlock(
  folder: string,
  series: AsyncIterable<BlockSeries> | Iterable<BlockSeries>,
  info: WriteBlockInfo,
): Promise<BlockMeta | null> {
  await mkdir(folder, { recursive: true });
  const rank = info.rank ?? (await nextRank(folder));
  const id = info.id ?? newBlockId(rank);
  const file = new BlockFileWriter(folder, id);
  try {
    const meta = await writeRecords(file, series, { ...info, id, rank });
    if (meta === null) await file.abandon();
    else await file.finish(blockFileName(meta));
    return meta;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** Wall-clock milliseconds, but above every rank in the folder: a clock set back changes no order. */
export async function nextRank(folder: string): Promise<number> {
  let rank = Date.now();
  for (const name of await readdir(folder)) {
    const id = blockIdOf(name);
    if (id !== null) rank = Math.max(rank, rankOfId(id) + 1);
  }
  return rank;
}

async function writeRecords(
  file: BlockFileWriter,
  series: AsyncIterable<BlockSeries> | Iterable<BlockSeries>,
  info: WriteBlockInfo & { id: string; rank: number },
): Promise<BlockMeta | null> {
  const turns = new EventLoopTurns();
  const index = new SeriesIndexWriter();
  const times = new SharedTimes();
  let minMs = Infinity;
  let maxMs = -Infinity;
  let samples = 0;
  let before: Labels | null = null;
  const source = Symbol.asyncIterator in series ? series : fromSync(series);
  for await (const { labels, metadata, samples: columns } of source) {
    const { length, timestampsMs } = columns;
    if (length === 0) continue;
    assert(before === null || compareLabels(before, labels) < 0, "series out of order in a block");
    before = labels;
    assert(length <= TIMES_MAX, "too many samples of one series for one block");
    const timesId = times.idOf(timestampsMs, length);
    // A column that is known already has been looked at when it was new.
    if (timesId.isNew) assertTimes(timestampsMs, length);
    file.record.writeVarint(timesId.id);
    encodeSampleColumn(columns, file.record);
    file.put("chunk", index.series);
    if (timesId.isNew) {
      encodeTimeColumn(timestampsMs, length, file.record);
      file.put("times", timesId.id);
    }
    index.add(labels, metadata);
    minMs = Math.min(minMs, timestampsMs[0] as number);
    maxMs = Math.max(maxMs, timestampsMs[length - 1] as number);
    samples += length;
    if (turns.due()) await turns.pass();
  }
  if (samples === 0) return null;
  await index.write(file, turns);
  const meta: BlockMeta = {
    version: BLOCK_FORMAT_VERSION,
    id: info.id,
    minMs,
    maxMs,
    series: index.series,
    samples,
    source: info.source,
    rank: info.rank,
    parents: info.parents ?? [],
    times: times.count,
    pairs: index.pairs,
    metadata: index.metadata,
    checksum: file.checksum,
  };
  writeBlockMeta(meta, file.record);
  file.put("meta", META_KEY);
  return meta;
}

/** A plain generator read without one promise per series. */
async function* fromSync(series: Iterable<BlockSeries>): AsyncIterable<BlockSeries> {
  yield* series;
}

function assertTimes(timestampsMs: Float64Array, length: number): void {
  let before = -Infinity;
  for (let i = 0; i < length; i++) {
    const time = timestampsMs[i] as number;
    if (!(time > before) || Math.floor(time) !== time) {
      assert(false, `timestamps must be whole and rising, got ${time} after ${before}`);
    }
    before = time;
  }
  assert(
    (timestampsMs[0] as number) >= -TIMESTAMP_MAGNITUDE_MAX_MS &&
      before <= TIMESTAMP_MAGNITUDE_MAX_MS,
    "timestamp out of bounds",
  );
}
