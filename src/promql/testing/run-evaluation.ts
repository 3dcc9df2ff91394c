import type { PromqlStorage } from "../eval/promql-storage.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import { parseExpression } from "../syntax/parse-expression.ts";
import { ALL_PARSER_OPTIONS } from "../syntax/parser-options.ts";
import { PromqlSyntaxError } from "../syntax/promql-syntax-error.ts";
import { checkAnnotations } from "./check-annotations.ts";
import { compareAnswer, unsorted } from "./compare-answer.ts";
import { fixedTimeVariants, type QueryVariant } from "./fixed-time-variants.ts";
import type { EvaluationCommand } from "./script.ts";
import type { AnswerSample, AnswerValue, ScriptAnswer, ScriptEngine } from "./script-engine.ts";

/**
 * Runs one evaluation in all its forms: an instant query also with its time fixed by `@` at other
 * times, and each of these as a range query whose middle point must be the same.
 * Returns why it failed, or null.
 */
export async function runEvaluation(
  command: EvaluationCommand,
  engine: ScriptEngine,
  storage: PromqlStorage,
): Promise<string | null> {
  if (command.isRange) return runRange(command, engine, storage);
  const original: QueryVariant = { query: command.query, timeMs: command.timeMs };
  const expression = tryParse(command.query);
  const variants = expression === null ? [] : fixedTimeVariants(expression, command.timeMs);
  for (const variant of [original, ...variants]) {
    const failure = await runInstant(command, variant, engine, storage);
    if (failure !== null) return inVariant(failure, variant, original);
  }
  return null;
}

/** A refused query is the engine's to report. */
function tryParse(query: string): Expression | null {
  try {
    return parseExpression(query, ALL_PARSER_OPTIONS);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return null;
    throw error;
  }
}

function inVariant(failure: string, variant: QueryVariant, original: QueryVariant): string {
  if (variant === original) return failure;
  return `${failure} (as ${JSON.stringify(variant.query)} at ${variant.timeMs} ms)`;
}

async function runRange(
  command: EvaluationCommand,
  engine: ScriptEngine,
  storage: PromqlStorage,
): Promise<string | null> {
  const { range } = command;
  if (range === null) return "the evaluation has no range";
  const outcome = await outcomeOf(() => engine.range(command.query, storage, range));
  return judge(command, outcome);
}

async function runInstant(
  command: EvaluationCommand,
  { query, timeMs }: QueryVariant,
  engine: ScriptEngine,
  storage: PromqlStorage,
): Promise<string | null> {
  const outcome = await outcomeOf(() => engine.instant(query, storage, timeMs));
  const failure = judge(command, outcome);
  if (failure !== null || "error" in outcome) return failure;
  if (!isSameAsRange(command, query)) return null;
  const range = { startMs: timeMs - 60_000, endMs: timeMs + 60_000, stepMs: 60_000 };
  const asRange = await outcomeOf(() => engine.range(query, storage, range));
  if ("error" in asRange) return `in range mode: ${messageOf(asRange.error)}`;
  const value = middleOf(asRange.answer.value, outcome.answer.value.type, timeMs);
  if (typeof value === "string") return `in range mode: ${value}`;
  if (command.expected.isOrdered) return null;
  const different = compareAnswer(command, value);
  return different === null ? null : `in range mode: ${different}`;
}

/** Whether a range query gives at its middle what the instant query gives. */
function isSameAsRange({ expected, range }: EvaluationCommand, query: string): boolean {
  if (expected.text !== null || range !== null) return false;
  return !/(?:start|end|range|step)\(\)/.test(query);
}

/** The point at `timeMs` of each series, or what is wrong with the matrix. */
function middleOf(
  value: AnswerValue,
  type: AnswerValue["type"],
  timeMs: number,
): AnswerValue | string {
  if (value.type !== "matrix") return `a range query must give a matrix, not a ${value.type}`;
  const disorder = unsorted(value.series);
  if (disorder !== null) return disorder;
  const samples: AnswerSample[] = [];
  for (const { labels, points } of value.series) {
    const point = points.find((one) => one.timeMs === timeMs);
    if (point !== undefined) samples.push({ labels, value: point.value });
  }
  if (type !== "scalar") return { type: "vector", samples };
  const [scalar] = samples;
  if (typeof scalar?.value !== "number") return "the scalar is missing";
  return { type: "scalar", value: scalar.value };
}

type Outcome = { readonly answer: ScriptAnswer } | { readonly error: unknown };

async function outcomeOf(run: () => Promise<ScriptAnswer>): Promise<Outcome> {
  try {
    return { answer: await run() };
  } catch (error) {
    return { error };
  }
}

function judge(command: EvaluationCommand, outcome: Outcome): string | null {
  const { failure } = command.expected;
  if ("error" in outcome) {
    const message = messageOf(outcome.error);
    if (failure === null) return message;
    if (failure.passes(message) || failure.passes(reasonOf(outcome.error))) return null;
    return `expected to fail with ${failure.description}, but it failed with: ${message}`;
  }
  if (failure !== null) return "expected to fail, but it gave an answer";
  const { answer } = outcome;
  return checkAnnotations(command.expected, answer) ?? compareAnswer(command, answer.value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Without the place in the query. */
function reasonOf(error: unknown): string {
  return error instanceof PromqlSyntaxError ? error.reason : messageOf(error);
}
