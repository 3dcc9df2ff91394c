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
  const names = index.labelNames;
  const starts = names.map((name) => index.pairsOfName(name)?.from ?? 0);
  const seen = new Uint8Array(names.length);
  for (const series of ids) {
    // Both lists rise, so a name is found without a look at the pair's text.
    let name = 0;
    for (const pair of index.pairsOfSeries(series)) {
      while (name + 1 < starts.length && (starts[name + 1] as number) <= pair) name += 1;
      seen[name] = 1;
    }
    if (turns.due()) await turns.pass();
  }
  for (const [name, text] of names.entries()) if (seen[name] === 1) into.add(text);
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
