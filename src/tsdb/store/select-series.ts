import {
  compareLabels,
  type Labels,
  type MetricMetadata,
  SampleColumns,
  type SelectedSeries,
  type SeriesSelection,
  type TimeRange,
} from "#model";
import type { BlockSet } from "../block/block-set.ts";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import { mergeSamples } from "../block/merge-samples.ts";
import { union } from "../block/series-sets.ts";
import type { Head } from "../head/head.ts";
import type { HeadRange } from "../head/head-range.ts";
import { readRanges } from "../head/range-set.ts";
import { hideResets } from "./hide-resets.ts";
import { sortInSlices } from "./sorted-in-slices.ts";

/**
 * Head and blocks as one list of series by labels. The head's ranges are taken when the query
 * starts and stay readable though a cut may drop them meanwhile; the blocks are looked up after
 * that, so whatever moves from one to the other in between is seen at least once, and a sample seen
 * twice counts once.
 */
const older = new SampleColumns();
const newer = new SampleColumns();

/** The head's part of a selection, as it is at the moment. */
interface HeadSelection {
  readonly refs: Uint32Array;
  readonly ranges: readonly HeadRange[];
}

export async function selectHead(
  head: Head,
  { selectors, range }: SeriesSelection,
  turns: EventLoopTurns,
): Promise<HeadSelection> {
  const ranges = head.ranges
    .all()
    .filter(({ minMs, endMs }) => endMs > range.minMs && minMs <= range.maxMs);
  const lists: Uint32Array[] = [];
  for (const matchers of selectors) lists.push(await head.selectInTurns(matchers, turns));
  const refs = union(lists, head.refEnd);
  return { refs: refs.filter((ref) => ranges.some((held) => held.has(ref))), ranges };
}

export async function* selectSeries(
  head: Head,
  blocks: BlockSet,
  selection: SeriesSelection,
  until?: DisposableStack,
): AsyncGenerator<SelectedSeries> {
  const inHead = await selectHead(head, selection, new EventLoopTurns(selection.signal));
  yield* mergeHeadAndBlocks(head, inHead, blocks.selectAny(selection, until), selection.range);
}

async function* mergeHeadAndBlocks(
  head: Head,
  selection: HeadSelection,
  blocks: AsyncIterable<SelectedSeries>,
  bounds: TimeRange,
): AsyncGenerator<SelectedSeries> {
  const refs = await sortInSlices(selection.refs, (a, b) => head.index.compare(a, b));
  let at = 0;
  const nextInHead = (): HeadSeries | null => {
    const ref = refs[at++];
    return ref === undefined ? null : new HeadSeries(head, ref, selection.ranges, bounds);
  };
  let inHead = nextInHead();
  for await (const inBlocks of blocks) {
    let order = inHead === null ? 1 : compareLabels(inHead.labels, inBlocks.labels);
    while (inHead !== null && order < 0) {
      yield new GivenSeries(inHead);
      inHead = nextInHead();
      order = inHead === null ? 1 : compareLabels(inHead.labels, inBlocks.labels);
    }
    if (inHead === null || order > 0) {
      yield new GivenSeries(inBlocks);
    } else {
      yield new GivenSeries(joined(inHead, inBlocks));
      inHead = nextInHead();
    }
  }
  for (; inHead !== null; inHead = nextInHead()) yield new GivenSeries(inHead);
}

/** A series as readers outside the store get it. */
class GivenSeries implements SelectedSeries {
  readonly labels: Labels;
  readonly #stored: SelectedSeries;

  constructor(stored: SelectedSeries) {
    this.labels = stored.labels;
    this.#stored = stored;
  }

  get metadata(): MetricMetadata | null {
    return this.#stored.metadata;
  }

  read(into: SampleColumns): void {
    const from = into.length;
    this.#stored.read(into);
    hideResets(into, from);
  }
}

class HeadSeries implements SelectedSeries {
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
  readonly #ref: number;
  readonly #ranges: readonly HeadRange[];
  readonly #bounds: TimeRange;

  constructor(head: Head, ref: number, ranges: readonly HeadRange[], bounds: TimeRange) {
    this.labels = head.index.labels(ref);
    this.metadata = head.metadataAt(ref);
    this.#ref = ref;
    this.#ranges = ranges;
    this.#bounds = bounds;
  }

  read(into: SampleColumns): void {
    readRanges(this.#ranges, this.#ref, this.#bounds, into);
  }
}

function joined(inHead: SelectedSeries, inBlocks: SelectedSeries): SelectedSeries {
  return {
    labels: inHead.labels,
    metadata: inHead.metadata ?? inBlocks.metadata,
    read(into) {
      older.clear();
      newer.clear();
      inBlocks.read(older);
      inHead.read(newer);
      mergeSamples(older, 0, newer, into);
    },
  };
}
