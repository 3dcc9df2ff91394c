import {
  createEngine,
  DEFAULT_ENGINE_OPTIONS,
  parseExpression,
  type PromqlStorage,
  type QueryObserver,
  type QueryResult,
} from "#promql";
import type { QueryRequest } from "./query-request.ts";
import type { QuerySettings } from "./query-settings.ts";

export interface RunningQuery {
  readonly storage: PromqlStorage;
  readonly stopReason: () => "canceled" | "timeout" | null;
  readonly observer: QueryObserver;
}

/**
 * Parses and evaluates. Throws `promql_syntax` for a text that cannot be read, `promql_…` for what
 * the data or a limit forbids.
 */
export function runQuery(
  request: QueryRequest,
  settings: QuerySettings,
  { storage, stopReason, observer }: RunningQuery,
): Promise<QueryResult> {
  const has = (feature: QuerySettings["features"][number]) => settings.features.includes(feature);
  const expression = parseExpression(request.text, {
    experimentalFunctions: has("promql-experimental-functions"),
    durationExpressions: true,
    extendedRangeSelectors: has("promql-extended-range-selectors"),
    fillModifiers: has("promql-binop-fill-modifiers"),
  });
  const engine = createEngine({
    ...DEFAULT_ENGINE_OPTIONS,
    lookbackMs: settings.lookbackMs,
    samplesMax: settings.samplesMax,
    columnBytesMax: settings.memoryBytesMax,
    isNameRemovalDelayed: has("promql-delayed-name-removal"),
  });
  const options = {
    stopReason,
    observer,
    countsPerStep: request.statistics === "all",
    ...(request.lookbackMs === null ? {} : { lookbackMs: request.lookbackMs }),
  };
  const { time } = request;
  return time.kind === "instant"
    ? engine.instant(expression, storage, time.timeMs, options)
    : engine.range(expression, storage, time, options);
}
