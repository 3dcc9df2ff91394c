import {
  compareLabels,
  compileMatcher,
  formatLabels,
  type Labels,
  labelValue,
  type Matcher,
  SampleColumns,
  type SelectedSeries,
} from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import { LabelCollisionError } from "./label-collision-error.ts";
import { joinSamples } from "./join-samples.ts";

export interface Rewriting {
  readonly entitlement: CompiledEntitlement;
  /** On labels as the tenant sees them. */
  readonly matchers: readonly Matcher[];
  /** How long the series must stay readable; undefined: until the iteration ends. */
  readonly until: DisposableStack | undefined;
}

interface RewrittenSeries {
  readonly visible: Labels;
  readonly stored: SelectedSeries;
}

/**
 * Series with their labels as the tenant sees them, sorted by those. They are gathered first, since
 * the order by stored labels says nothing of the order by visible ones; samples stay where they are
 * until they are read. Series that look equal become one, as the entitlement's `onCollision` says.
 */
export async function* rewriteSelection(
  select: (until: DisposableStack) => AsyncIterable<SelectedSeries>,
  { entitlement, matchers, until }: Rewriting,
): AsyncGenerator<SelectedSeries> {
  using whileIterating = new DisposableStack();
  const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
  const found: RewrittenSeries[] = [];
  for await (const stored of select(until ?? whileIterating)) {
    const visible = entitlement.transform(stored.labels);
    if (tests.every(([name, test]) => test(labelValue(visible, name)))) {
      found.push({ visible, stored });
    }
  }
  found.sort((a, b) => compareLabels(a.visible, b.visible));
  for (const { visible, alike } of runsOfAlike(found)) {
    const [only] = alike;
    yield only !== undefined && alike.length === 1
      ? { labels: visible, metadata: only.metadata, read: (into) => only.read(into) }
      : joined(visible, alike, entitlement);
  }
}

/** Neighbours with equal labels, together. */
function* runsOfAlike(
  sorted: readonly RewrittenSeries[],
): Generator<{ readonly visible: Labels; readonly alike: readonly SelectedSeries[] }> {
  for (let from = 0; from < sorted.length;) {
    const { visible } = sorted[from] as RewrittenSeries;
    let to = from + 1;
    while (to < sorted.length && isAlike(sorted[to] as RewrittenSeries, visible)) to += 1;
    yield { visible, alike: sorted.slice(from, to).map(({ stored }) => stored) };
    from = to;
  }
}

function isAlike(series: RewrittenSeries, visible: Labels): boolean {
  return compareLabels(series.visible, visible) === 0;
}

function joined(
  labels: Labels,
  alike: readonly SelectedSeries[],
  { onCollision }: CompiledEntitlement,
): SelectedSeries {
  return {
    labels,
    metadata: alike.find(({ metadata }) => metadata !== null)?.metadata ?? null,
    read(into) {
      const parts = alike.map((series) => {
        const samples = new SampleColumns();
        series.read(samples);
        return samples;
      });
      if (joinSamples(parts, onCollision, into)) return;
      const named = alike.map((series) => formatLabels(series.labels));
      throw new LabelCollisionError(formatLabels(labels), named[0] ?? "", named[1] ?? "");
    },
  };
}
