import { compareLabels, type SelectedSeries } from "#model";

interface Head {
  readonly rest: AsyncIterator<SelectedSeries>;
  series: SelectedSeries;
}

/**
 * Several selections of one store, each sorted by labels, as one: a series that several of them
 * have comes once. Whatever ends the reading ends all of them.
 */
export async function* mergeUnion(
  selections: readonly AsyncIterable<SelectedSeries>[],
): AsyncGenerator<SelectedSeries> {
  const [only] = selections;
  if (selections.length === 1 && only !== undefined) {
    yield* only;
    return;
  }
  const iterators = selections.map((selection) => selection[Symbol.asyncIterator]());
  try {
    let heads: Head[] = [];
    for (const rest of iterators) {
      const first = await rest.next();
      if (first.done !== true) heads.push({ rest, series: first.value });
    }
    while (heads.length > 0) {
      const { series } = heads.reduce((a, b) =>
        compareLabels(b.series.labels, a.series.labels) < 0 ? b : a,
      );
      yield series;
      heads = await advance(heads, series);
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}

/** Moves every selection on that stood at the series which has just been given. */
async function advance(heads: readonly Head[], given: SelectedSeries): Promise<Head[]> {
  const left: Head[] = [];
  for (const head of heads) {
    if (compareLabels(head.series.labels, given.labels) !== 0) {
      left.push(head);
      continue;
    }
    const next = await head.rest.next();
    if (next.done !== true) left.push({ rest: head.rest, series: next.value });
  }
  return left;
}
