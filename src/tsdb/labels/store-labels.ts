import {
  compareUtf8,
  type Labels,
  type LabelQueryable,
  type MetricMetadata,
  type NamedMetadata,
  type SeriesSelection,
} from "#model";
import type { BlockSet } from "../block/block-set.ts";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import { allSeries } from "../block/series-sets.ts";
import { sortTexts } from "../block/sorted-texts.ts";
import type { Head } from "../head/head.ts";
import { selectSeries, selectHead } from "../store/select-series.ts";
import { addBlockLabelNames, addBlockLabelValues, addBlockMetadata } from "./block-labels.ts";
import { addHeadLabelNames, addHeadLabelValues, addHeadMetadata } from "./head-labels.ts";

/**
 * Labels of head and blocks together. The head is looked at first: what a cut moves into a block
 * meanwhile is seen twice rather than not at all.
 */
export class StoreLabels implements LabelQueryable {
  readonly #head: Head;
  readonly #blocks: BlockSet;

  constructor(head: Head, blocks: BlockSet) {
    this.#head = head;
    this.#blocks = blocks;
  }

  async labelNames(selection: SeriesSelection): Promise<readonly string[]> {
    const turns = new EventLoopTurns(selection.signal);
    const names = new Set<string>();
    const { refs } = await selectHead(this.#head, selection, turns);
    await addHeadLabelNames(this.#head, refs, names, turns);
    await this.#blocks.visit(selection, (index, ids) =>
      addBlockLabelNames(index, ids, names, turns),
    );
    return sortTexts(names, turns);
  }

  async labelValues(name: string, selection: SeriesSelection): Promise<readonly string[]> {
    const turns = new EventLoopTurns(selection.signal);
    const label = { name, into: new Set<string>() };
    const { refs } = await selectHead(this.#head, selection, turns);
    await addHeadLabelValues(this.#head, refs, label, turns);
    await this.#blocks.visit(selection, (index, ids) =>
      addBlockLabelValues(index, ids, label, turns),
    );
    return sortTexts(label.into, turns);
  }

  async *seriesLabels(selection: SeriesSelection): AsyncGenerator<Labels> {
    const turns = new EventLoopTurns(selection.signal);
    for await (const { labels } of selectSeries(this.#head, this.#blocks, selection)) {
      yield labels;
      if (turns.due()) await turns.pass();
    }
  }

  async metricMetadata(selection: SeriesSelection): Promise<readonly NamedMetadata[]> {
    const turns = new EventLoopTurns(selection.signal);
    const known = new Map<string, NamedMetadata>();
    const add = (metricName: string, metadata: MetricMetadata): void => {
      const { family, type, unit, help } = metadata;
      const key = JSON.stringify([metricName, family, type, unit, help]);
      if (!known.has(key)) known.set(key, { metricName, metadata });
    };
    const { refs } = await selectHead(this.#head, selection, turns);
    await addHeadMetadata(this.#head, refs, add, turns);
    await this.#blocks.visit(selection, (index, ids) =>
      addBlockMetadata(index, ids ?? allSeries(index.seriesCount), add, turns),
    );
    return Array.from(known)
      .toSorted(
        ([keyA, a], [keyB, b]) =>
          compareUtf8(a.metricName, b.metricName) || compareUtf8(keyA, keyB),
      )
      .map(([, named]) => named);
  }
}
