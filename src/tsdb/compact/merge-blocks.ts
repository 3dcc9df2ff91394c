import { SampleColumns } from "#model";
import type { BlockMeta } from "../block/block-meta.ts";
import { BlockReader } from "../block/block-reader.ts";
import { BlockCursor, mergeCursors } from "../block/merged-series.ts";
import { allSeries } from "../block/series-sets.ts";
import { type BlockSeries, writeBlock } from "../block/write-block.ts";

/** A merge as it is handed to the worker: plain data. */
export interface MergeTask {
  readonly folder: string;
  readonly fileNames: readonly string[];
  /** The id for the new block, so that the starter can clean up after a killed worker. */
  readonly id: string;
}

/**
 * Merges blocks into one and reads the result back from end to end before reporting it. Holds one
 * series at a time. The parents stay; who asked for the merge deletes them.
 */
export async function mergeBlocks(task: MergeTask): Promise<BlockMeta | null> {
  const readers: BlockReader[] = [];
  try {
    for (const fileName of task.fileNames) readers.push(new BlockReader(task.folder, fileName));
    const meta = await writeBlock(task.folder, allSeriesOf(readers), {
      source: "compaction",
      id: task.id,
      rank: readers.reduce((rank, { info }) => Math.max(rank, info.rank), 0),
      parents: readers.map(({ info }) => info.id),
    });
    return meta;
  } finally {
    for (const reader of readers) reader.close();
  }
}

function* allSeriesOf(readers: readonly BlockReader[]): Generator<BlockSeries> {
  const cursors = readers.map((reader) => new BlockCursor(reader, allSeries(reader.info.series)));
  const samples = new SampleColumns();
  for (const series of mergeCursors(cursors, { minMs: -Infinity, maxMs: Infinity })) {
    samples.clear();
    series.read(samples);
    yield { labels: series.labels, metadata: series.metadata, samples };
  }
}
