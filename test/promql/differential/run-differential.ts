import type { Answer, Question } from "./answer.ts";
import { compareAnswers } from "./compare-answers.ts";
import { type GeneratedExpression, render, smaller } from "./expression.ts";
import { comparable, type KnownDifference, LAST_DIGIT_DIFFERS } from "./known-differences.ts";
import type { Random } from "./random.ts";
import { WORLD_END_MS, WORLD_START_MS } from "./world.ts";

export type Ask = (question: Question) => Promise<Answer>;

export interface DifferentialRun {
  readonly random: Random;
  readonly expressions: number;
  readonly next: () => GeneratedExpression;
  readonly ours: Ask;
  readonly theirs: Ask;
  readonly known: readonly KnownDifference[];
  readonly comparesAnnotations: boolean;
  /** Whether values have to be equal to the last bit where it is known how they are computed. */
  readonly isBitExact: boolean;
}

export interface DifferentialReport {
  /** Each unknown difference with the smallest query that shows it. */
  readonly differences: readonly string[];
  /** How often each known difference was met, by its reason. */
  readonly explained: ReadonlyMap<string, number>;
  /** Queries that both refuse, and those whose answers are empty. */
  readonly errors: number;
  readonly empty: number;
}

/** Asks both the same random queries, half of them over a range. */
export async function runDifferential(run: DifferentialRun): Promise<DifferentialReport> {
  const differences: string[] = [];
  const explained = new Map<string, number>();
  let errors = 0;
  let empty = 0;
  for (let i = 0; i < run.expressions; i++) {
    const expression = run.next();
    const question = questionOf(expression, randomTimes(run.random));
    const { difference, reason, theirs } = await compare(question, run);
    if ("error" in theirs) errors += 1;
    else if (theirs.series.length === 0) empty += 1;
    if (reason !== null) explained.set(reason, (explained.get(reason) ?? 0) + 1);
    if (difference !== null) differences.push(await shrink(expression, question, difference, run));
  }
  return { differences, explained, errors, empty };
}

type Times = Omit<Question, "query">;

/** Whole multiples of ten seconds and seven: no step of a subquery meets the edge of its range. */
export function randomTimes(random: Random): Times {
  const slots = (WORLD_END_MS - WORLD_START_MS) / 10_000;
  const endMs = WORLD_START_MS + random.integer(slots / 4, slots) * 10_000 + 7000;
  if (random.chance(0.5)) return { startMs: endMs, endMs, stepMs: null };
  const stepMs = random.integer(1, 12) * 10_000;
  return { startMs: endMs - random.integer(0, 8) * stepMs, endMs, stepMs };
}

function questionOf(expression: GeneratedExpression, times: Times): Question {
  return { ...times, query: render(expression) };
}

interface Comparison {
  readonly difference: string | null;
  /** Of the known difference that explains it. */
  readonly reason: string | null;
  readonly theirs: Answer;
}

async function compare(question: Question, run: DifferentialRun): Promise<Comparison> {
  const ours = comparable(await run.ours(question), run.known);
  const theirs = comparable(await run.theirs(question), run.known);
  const difference = compareAnswers(ours, theirs, {
    relativeTolerance: toleranceFor(question, run.isBitExact),
    comparesAnnotations: run.comparesAnnotations,
    isOrdered: isOrdered(question),
  });
  if (difference === null) return { difference, reason: null, theirs };
  const known = run.known.find(({ explains }) => explains?.(question, difference) ?? false);
  if (known === undefined) return { difference, reason: null, theirs };
  return { difference: null, reason: known.reason, theirs };
}

function toleranceFor({ query, stepMs }: Question, isBitExact: boolean): number {
  if (isBitExact && !LAST_DIGIT_DIFFERS.test(query)) return 0;
  // Deviations depend on the order of their members, which is random in ranges.
  // A remainder has fewer exact digits than what it is taken of.
  if (query.includes("%")) return 1e-6;
  if (!/stddev|stdvar/.test(query)) return 1e-12;
  return stepMs === null ? 1e-9 : 1e-6;
}

/** Whether the order of the series is what the query asks for: of one group, at one time. */
function isOrdered({ query, stepMs }: Question): boolean {
  if (stepMs !== null || / (?:by|without) \([^)]*\)$/.test(query)) return false;
  return /^(?:sort|sort_desc|sort_by_label|sort_by_label_desc|topk|bottomk) ?\(/.test(query);
}

async function shrink(
  expression: GeneratedExpression,
  times: Times,
  difference: string,
  run: DifferentialRun,
): Promise<string> {
  let smallest = { expression, difference };
  for (let found = true; found;) {
    found = false;
    for (const candidate of smaller(smallest.expression)) {
      const question = questionOf(candidate, times);
      const { difference: one } = await compare(question, run);
      if (one === null) continue;
      smallest = { expression: candidate, difference: one };
      found = true;
      break;
    }
  }
  const { startMs, endMs, stepMs } = times;
  const when = stepMs === null ? `at ${endMs}` : `from ${startMs} to ${endMs} step ${stepMs}`;
  return `${render(smallest.expression)} (${when}): ${smallest.difference}`;
}
