/**
 * Blocks whose every sample can be foretold from its place, for tests that kill or damage and then
 * compare. Block n covers minutes n×60 … n×60+69, so neighbours overlap with equal samples.
 */
import { formatLabels, labelsOfRecord, type Matcher, SampleColumns } from "#model";
import type { BlockEvent } from "../../src/tsdb/block/block-observer.ts";
import {
  BLOCK_SET_DEFAULTS,
  type BlockSetOptions,
} from "../../src/tsdb/block/block-set-options.ts";
import { type BlockSet, openBlockSet } from "../../src/tsdb/block/block-set.ts";
import { type BlockSeries, writeBlock } from "../../src/tsdb/block/write-block.ts";

/** More than a page of series, and of label pairs. */
export const SERIES = 80;
const MINUTE_MS = 60_000;
export const BLOCK_MINUTES = 60;
const OVERLAP_MINUTES = 10;

export function valueAt(series: number, minute: number): number {
  if (series % 3 === 0) return minute * (series + 1);
  if (series % 3 === 1) return ((minute * 7919 + series) % 1000) / 8;
  return Math.sin(minute + series);
}

function nameOf(series: number): string {
  return `m${String(series % 10)}`;
}

const labels = Array.from({ length: SERIES }, (_, series) =>
  labelsOfRecord({
    __name__: nameOf(series),
    instance: `host-${String(Math.floor(series / 10)).padStart(2, "0")}`,
    series: String(series),
  }),
);

/** In the order of their labels. */
const order = Array.from(labels.keys()).toSorted(
  (a, b) => (a % 10) - (b % 10) || Math.floor(a / 10) - Math.floor(b / 10),
);

export function* blockSeries(block: number): Generator<BlockSeries> {
  const samples = new SampleColumns();
  for (const series of order) {
    samples.clear();
    for (let i = 0; i < BLOCK_MINUTES + OVERLAP_MINUTES; i++) {
      const minute = block * BLOCK_MINUTES + i;
      samples.reserve(1);
      // A third of the series has clocks of its own.
      samples.timestampsMs[samples.length] = minute * MINUTE_MS + (series % 3 === 0 ? series : 0);
      samples.values[samples.length++] = valueAt(series, minute);
    }
    const family = nameOf(series);
    const metadata = { family, type: "gauge", help: `help of ${family}`, unit: "" } as const;
    yield { labels: labels[series] ?? labelsOfRecord({}), metadata, samples };
  }
}

export async function writeSampleBlock(folder: string, block: number): Promise<void> {
  await writeBlock(folder, blockSeries(block), { source: "head" });
}

/** What reading must give for the blocks, keyed as `readAll` does. */
export function expectedOf(blocks: readonly number[]): Map<string, string> {
  const minutes = new Set(
    blocks.flatMap((block) =>
      Array.from({ length: BLOCK_MINUTES + OVERLAP_MINUTES }, (_, i) => block * BLOCK_MINUTES + i),
    ),
  );
  const sorted = Array.from(minutes).toSorted((a, b) => a - b);
  const result = new Map<string, string>();
  if (sorted.length === 0) return result;
  for (const series of order) {
    const offsetMs = series % 3 === 0 ? series : 0;
    const lines = sorted.map((m) => `${m * MINUTE_MS + offsetMs} ${valueAt(series, m)}`);
    result.set(formatLabels(labels[series] ?? labelsOfRecord({})), lines.join("\n"));
  }
  return result;
}

/** Every sample of every series, as text. */
export async function readAll(
  set: BlockSet,
  matchers: readonly Matcher[] = [],
): Promise<Map<string, string>> {
  const result = new Map<string, string>();
  for await (const series of set.select(matchers, { minMs: -Infinity, maxMs: Infinity })) {
    const into = new SampleColumns();
    series.read(into);
    const lines = Array.from(
      { length: into.length },
      (_, i) => `${into.timestampsMs[i]} ${into.values[i]}`,
    );
    result.set(formatLabels(series.labels), lines.join("\n"));
  }
  return result;
}

export function openSampleSet(
  folder: string,
  observer: (event: BlockEvent) => void,
  options: Partial<BlockSetOptions> = {},
): Promise<BlockSet> {
  return openBlockSet({
    folder,
    clock: { nowMs: () => 0, monotonicMs: () => performance.now() },
    options: { ...BLOCK_SET_DEFAULTS, retentionMs: null, ...options },
    observer,
  });
}
