import { METRIC_NAME, type MetricMetadata } from "#model";
import type { BlockIndex } from "../block/block-index.ts";
import type { EventLoopTurns } from "../block/event-loop-turns.ts";
import type { SeriesIds } from "../block/series-sets.ts";

/**
 * What labels the selected series of a block have. Series are lists of pair ids, so each pair's text
 * is read once, however many series have it; where all series are meant, only pairs are looked at.
 */

/** `ids` null stands for all series. */
export async function addBlockLabelNames(
  index: BlockIndex,
  ids: SeriesIds | null,
  into: Set<string>,
  turns: EventLoopTurns,
): Promise<void> {
  if (ids === null) {
    for (const name of index.labelNames) into.add(name);
    return;
  }
  const seen = new Uint8Array(index.pairCount);
  for (const series of ids) {
    for (const pair of index.pairsOfSeries(series)) {
      if (seen[pair] === 1) continue;
      seen[pair] = 1;
      into.add(index.nameOf(pair));
    }
    if (turns.due()) await turns.pass();
  }
}

export async function addBlockLabelValues(
  index: BlockIndex,
  ids: SeriesIds | null,
  label: { readonly name: string; readonly into: Set<string> },
  turns: EventLoopTurns,
): Promise<void> {
  const pairs = index.pairsOfName(label.name);
  if (pairs === null) return;
  const seen = new Uint8Array(pairs.to - pairs.from).fill(ids === null ? 1 : 0);
  for (const series of ids ?? []) {
    const pair = pairWithin(index, series, pairs);
    if (pair >= 0) seen[pair - pairs.from] = 1;
    if (turns.due()) await turns.pass();
  }
  for (let pair = pairs.from; pair < pairs.to; pair++) {
    if (seen[pair - pairs.from] === 1) label.into.add(index.valueOf(pair));
    if (turns.due()) await turns.pass();
  }
}

export async function addBlockMetadata(
  index: BlockIndex,
  ids: SeriesIds,
  add: (metricName: string, metadata: MetricMetadata) => void,
  turns: EventLoopTurns,
): Promise<void> {
  const names = index.pairsOfName(METRIC_NAME);
  if (names === null) return;
  const seen = new Set<number>();
  for (const series of ids) {
    const metadata = index.metadataId(series);
    const name = metadata === 0 ? -1 : pairWithin(index, series, names);
    const key = metadata * index.pairCount + name;
    if (name >= 0 && !seen.has(key)) {
      seen.add(key);
      add(index.valueOf(name), index.metadataOf(metadata));
    }
    if (turns.due()) await turns.pass();
  }
}

/** The series' pair with an id of the run, or -1. */
function pairWithin(
  index: BlockIndex,
  series: number,
  run: { readonly from: number; readonly to: number },
): number {
  for (const pair of index.pairsOfSeries(series)) {
    if (pair >= run.to) return -1;
    if (pair >= run.from) return pair;
  }
  return -1;
}
