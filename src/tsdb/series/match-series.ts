import { compileMatcher, type Matcher, type ValueTest } from "#model";
import type { SeriesIndex } from "./series-index.ts";

/**
 * Finds the series for which every matcher holds. One matcher gives the candidates (the equality
 * with the fewest series, else the expression that needs a label and has the fewest), the others
 * are tested on each candidate; a pair is tested once, whatever the number of its series.
 */
export function matchSeries(index: SeriesIndex, matchers: readonly Matcher[]): Uint32Array {
  const conditions = matchers.map((matcher) => conditionOf(index, matcher));
  const base = cheapest(conditions);
  const candidates = base === null ? allLive(index) : seriesOfPairs(index, base.pairs());
  const rest = conditions.filter((condition) => condition !== base);
  const tests = rest.map((condition) => seriesTest(index, condition));
  return candidates.filter((ref) => index.isLive(ref) && tests.every((test) => test(ref)));
}

interface Condition {
  readonly name: string;
  readonly test: ValueTest;
  readonly acceptsMissing: boolean;
  readonly isEquality: boolean;
  /** Pairs of the label name for which the condition holds. */
  pairs(): readonly number[];
  seriesCount(): number;
}

function conditionOf(index: SeriesIndex, matcher: Matcher): Condition {
  const test = compileMatcher(matcher);
  const isEquality = matcher.operator === "=";
  let found: readonly number[] | null = null;
  const pairs = (): readonly number[] => {
    found ??= isEquality
      ? [index.findPair(matcher.name, matcher.value)].filter((pair) => pair !== 0)
      : Array.from(index.pairsOf(matcher.name)).filter((pair) => test(index.valueOf(pair)));
    return found;
  };
  return {
    name: matcher.name,
    test,
    acceptsMissing: test(""),
    isEquality,
    pairs,
    seriesCount: () => pairs().reduce((sum, pair) => sum + index.seriesCountOf(pair), 0),
  };
}

function cheapest(conditions: readonly Condition[]): Condition | null {
  const positive = conditions.filter((condition) => !condition.acceptsMissing);
  const equalities = positive.filter((condition) => condition.isEquality);
  const choice = equalities.length > 0 ? equalities : positive;
  let best: Condition | null = null;
  for (const condition of choice) {
    if (best === null || condition.seriesCount() < best.seriesCount()) best = condition;
  }
  return best;
}

function allLive(index: SeriesIndex): Uint32Array {
  const refs = new Uint32Array(index.count);
  let length = 0;
  for (let ref = 1; ref < index.refEnd; ref++) {
    if (index.isLive(ref)) refs[length++] = ref;
  }
  return refs.subarray(0, length);
}

/** Series of any of the pairs, rising. A series has a label name once, so lists never overlap. */
function seriesOfPairs(index: SeriesIndex, pairs: readonly number[]): Uint32Array {
  const lists = pairs.map((pair) => index.seriesOf(pair));
  if (lists.length === 1) return lists[0] as Uint32Array;
  const union = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let length = 0;
  for (const list of lists) {
    union.set(list, length);
    length += list.length;
  }
  return union.toSorted();
}

const UNTESTED = 0;
const HOLDS = 1;
const FAILS = 2;

function seriesTest(index: SeriesIndex, condition: Condition): (ref: number) => boolean {
  const name = index.symbolOf(condition.name);
  if (name === 0) return () => condition.acceptsMissing;
  const verdicts = new Uint8Array(index.pairEnd);
  return (ref) => {
    const pair = index.pairOf(ref, name);
    if (pair === 0) return condition.acceptsMissing;
    if (verdicts[pair] === UNTESTED) {
      verdicts[pair] = condition.test(index.valueOf(pair)) ? HOLDS : FAILS;
    }
    return verdicts[pair] === HOLDS;
  };
}
