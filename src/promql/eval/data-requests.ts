import type { Matcher } from "#model";
import type { Call } from "../syntax/ast/call.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { EvaluationSettings, QueryBounds } from "./evaluation.ts";
import { infoSelectorOf, infoTimeOf } from "./info-selector.ts";
import { positiveDurationMsOf, referenceTimeOf } from "./reference-time.ts";

/** What a node of the query needs from the storage. */
export interface DataRequest {
  readonly node: Expression;
  readonly matchers: readonly Matcher[];
  readonly minMs: number;
  readonly maxMs: number;
  /** See detect-reset-hints.ts. */
  readonly detectsResetHints: boolean;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Walk {
  readonly bounds: QueryBounds;
  readonly settings: EvaluationSettings;
  readonly requests: DataRequest[];
  readonly detectsResetHints: boolean;
}

const READS_COUNT_AND_SUM = new Set(["histogram_avg", "histogram_count", "histogram_sum"]);
const READS_BUCKETS = new Set(["histogram_fraction", "histogram_quantile", "histogram_quantiles"]);

/** The walk below a call: some functions read no more of a histogram than its count and sum. */
function below({ functionName }: Call, walk: Walk): Walk {
  if (READS_COUNT_AND_SUM.has(functionName)) return { ...walk, detectsResetHints: true };
  return READS_BUCKETS.has(functionName) ? { ...walk, detectsResetHints: false } : walk;
}

/** Everything that the evaluation will read, found before it begins. */
export function dataRequestsOf(
  expression: Expression,
  bounds: QueryBounds,
  settings: EvaluationSettings,
): readonly DataRequest[] {
  const walk: Walk = { bounds, settings, requests: [], detectsResetHints: false };
  visit(expression, { fromMs: bounds.startMs, toMs: bounds.endMs }, walk);
  return walk.requests;
}

/** `span`: the times at which the expression is evaluated. */
function visit(expression: Expression, span: Span, walk: Walk): void {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
      return;
    case "vectorSelector":
      return request(expression, span, 0, walk);
    case "matrixSelector":
      return request(
        expression.selector,
        span,
        positiveDurationMsOf(expression.range, walk.bounds),
        walk,
      );
    case "subquery": {
      const { fromMs, toMs } = shifted(span, referenceTimeOf(expression, walk.bounds));
      const rangeMs = positiveDurationMsOf(expression.range, walk.bounds);
      const inner = { ...walk, detectsResetHints: false };
      return visit(expression.expression, { fromMs: fromMs - rangeMs, toMs }, inner);
    }
    case "parentheses":
    case "unary":
      return visit(expression.expression, span, walk);
    case "aggregation":
      if (expression.parameter !== null) visit(expression.parameter, span, walk);
      return visit(expression.expression, span, walk);
    case "binary":
      visit(expression.left, span, { ...walk, detectsResetHints: false });
      return visit(expression.right, span, { ...walk, detectsResetHints: false });
    case "call":
      if (expression.functionName === "info") return visitInfo(expression, span, walk);
      for (const arg of expression.args) visit(arg, span, below(expression, walk));
  }
}

function shifted(span: Span, time: { atMs: number | null; offsetMs: number }): Span {
  return {
    fromMs: (time.atMs ?? span.fromMs) - time.offsetMs,
    toMs: (time.atMs ?? span.toMs) - time.offsetMs,
  };
}

/** `rangeMs` is 0 for an instant selector, which looks back instead. */
function request(selector: VectorSelector, span: Span, rangeMs: number, walk: Walk): void {
  const { fromMs, toMs } = shifted(span, referenceTimeOf(selector, walk.bounds));
  const { lookbackMs } = walk.settings;
  const beforeMs = rangeMs === 0 || selector.edges !== null ? rangeMs + lookbackMs : rangeMs;
  const afterMs = selector.edges === "smoothed" ? lookbackMs : 0;
  const { matchers } = selector;
  walk.requests.push({
    node: selector,
    matchers,
    minMs: fromMs - beforeMs,
    maxMs: toMs + afterMs,
    detectsResetHints: walk.detectsResetHints,
  });
}

/** Besides the enriched vector, the info series at that vector's own time. */
function visitInfo(call: Call, span: Span, walk: Walk): void {
  const [enriched] = call.args;
  if (enriched === undefined) return;
  visit(enriched, span, walk);
  const { fromMs, toMs } = shifted(span, infoTimeOf(enriched, walk.bounds));
  const { nameMatchers, dataMatchers } = infoSelectorOf(call);
  walk.requests.push({
    node: call,
    matchers: [...nameMatchers, ...dataMatchers],
    minMs: fromMs - walk.settings.lookbackMs,
    maxMs: toMs,
    detectsResetHints: false,
  });
}
