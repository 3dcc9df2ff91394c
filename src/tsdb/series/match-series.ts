import { compileMatcher, type Matcher, type ValueTest } from "#model";
import { union } from "../block/series-sets.ts";
import type { EventLoopTurns, Steps } from "../block/event-loop-turns.ts";
import type { SeriesIndex } from "./series-index.ts";

/**
 * Finds the series for which every matcher holds. One matcher gives the candidates (the equality
 * with the fewest series, else the expression that needs a label and has the fewest), the others
 * are tested on each candidate; a pair is tested once, whatever the number of its series.
 */
export function matchSeries(index: SeriesIndex, matchers: readonly Matcher[]): Uint32Array {
  const steps = matchSteps(index, matchers);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same with turns for the event loop: an expression over a million values takes a while. */
export async function matchSeriesInTurns(
  index: SeriesIndex,
  matchers: readonly Matcher[],
  turns: EventLoopTurns,
): Promise<Uint32Array> {
  for (;;) {
    const { sweeps } = index;
    const steps = matchSteps(index, matchers);
    // What was found of pairs says nothing of those that got their ids in a turn: begin again.
    while (index.sweeps === sweeps) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (turns.due()) await turns.pass();
    }
  }
}

/** Steps are short; between them series and pairs may come, and series may be dropped. */
function* matchSteps(index: SeriesIndex, matchers: readonly Matcher[]): Steps<Uint32Array> {
  const hasEquality = matchers.some(({ operator, value }) => operator === "=" && value !== "");
  const conditions: Condition[] = [];
  for (const matcher of matchers) {
    conditions.push(yield* conditionOf(index, matcher, hasEquality));
  }
  const base = cheapest(conditions);
  const candidates = base === null ? allLive(index) : seriesOfPairs(index, base.pairs);
  yield;
  const tests = conditions
    .filter((condition) => condition !== base)
    .map((condition) => seriesTest(index, condition));
  let length = 0;
  for (let i = 0; i < candidates.length; i++) {
    const ref = candidates[i] as number;
    if (index.isLive(ref) && tests.every((test) => test(ref))) candidates[length++] = ref;
    if ((i & STEP_MASK) === STEP_MASK) yield;
  }
  return candidates.subarray(0, length);
}

/** A step ends where these bits of a counter are all set. */
const STEP_MASK = 0x3ff;

interface Condition {
  readonly name: string;
  readonly test: ValueTest;
  readonly acceptsMissing: boolean;
  readonly isEquality: boolean;
  /** Pairs of the label name for which the condition holds; empty where they are not needed. */
  readonly pairs: readonly number[];
  readonly seriesCount: number;
}

function* conditionOf(
  index: SeriesIndex,
  matcher: Matcher,
  hasEquality: boolean,
): Steps<Condition> {
  const test = compileMatcher(matcher);
  const { name, value } = matcher;
  const isEquality = matcher.operator === "=";
  const acceptsMissing = test("");
  const pairs: number[] = [];
  let seriesCount = 0;
  // Candidates come from an equality where there is one, and never from a condition that also holds
  // for series without the label.
  const wanted =
    acceptsMissing || (hasEquality && !isEquality)
      ? []
      : isEquality
        ? [index.findPair(name, value)].filter((pair) => pair !== 0)
        : index.pairsOf(name).slice();
  for (const [i, pair] of wanted.entries()) {
    if (isEquality || test(index.valueOf(pair))) {
      pairs.push(pair);
      seriesCount += index.seriesCountOf(pair);
    }
    if ((i & STEP_MASK) === STEP_MASK) yield;
  }
  return { name, test, acceptsMissing, isEquality, pairs, seriesCount };
}

function cheapest(conditions: readonly Condition[]): Condition | null {
  const positive = conditions.filter((condition) => !condition.acceptsMissing);
  const equalities = positive.filter((condition) => condition.isEquality);
  const choice = equalities.length > 0 ? equalities : positive;
  return choice.reduce<Condition | null>(
    (best, condition) =>
      best === null || condition.seriesCount < best.seriesCount ? condition : best,
    null,
  );
}

function allLive(index: SeriesIndex): Uint32Array {
  const refs = new Uint32Array(index.count);
  let length = 0;
  for (let ref = 1; ref < index.refEnd; ref++) {
    if (index.isLive(ref)) refs[length++] = ref;
  }
  return refs.subarray(0, length);
}

/** A copy of the series of any of the pairs, rising. */
function seriesOfPairs(index: SeriesIndex, pairs: readonly number[]): Uint32Array {
  const lists = pairs.map((pair) => index.seriesOf(pair));
  return lists.length === 1 ? (lists[0] as Uint32Array).slice() : union(lists, index.refEnd);
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
