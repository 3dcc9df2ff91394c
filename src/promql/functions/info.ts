import {
  compileMatcher,
  type Labels,
  labelPairs,
  labelsKey,
  labelsOf,
  labelValue,
  METRIC_NAME,
} from "#model";
import { describeLabels } from "../eval/describe-labels.ts";
import type { Evaluation } from "../eval/evaluation.ts";
import { infoSelectorOf, infoTimeOf } from "../eval/info-selector.ts";
import { newestIndexes } from "../eval/instant-selector.ts";
import { keyOfLabels } from "../eval/label-sets.ts";
import { mergeSeries } from "../eval/merge-series.ts";
import { executionError } from "../eval/query-error.ts";
import { referenceTimesOf } from "../eval/reference-time.ts";
import { required } from "../eval/required.ts";
import type { StepGrid } from "../eval/step-grid.ts";
import {
  ABSENT,
  copyPoint,
  type MutableColumns,
  seriesOf,
  type VectorSeries,
} from "../eval/vector-series.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { VectorFunction } from "./vector-function.ts";

/** By these labels series and info series belong together (Prometheus hard-codes them too). */
const IDENTIFYING = ["instance", "job"];

/** One info series and at which time its newest sample stands at each step, NaN for none. */
interface InfoSeries {
  readonly labels: Labels;
  readonly sampleTimesMs: Float64Array;
}

interface Enrichment {
  readonly byIdentity: ReadonlyMap<string, readonly InfoSeries[]>;
  /** Labels that info series may give; null for all. */
  readonly wanted: ReadonlySet<string> | null;
  /** A condition that a missing label does not fulfil: without info series nothing stays. */
  readonly isRequired: boolean;
  readonly isInfoMetric: (labels: Labels) => boolean;
}

/** Adds the labels of info metrics, such as target_info, to the series of the same target. */
export const info: VectorFunction = (call, evaluation, grid) => {
  const enriched = required(call.args[0]);
  const enrichment = enrichmentOf(call, evaluation, grid);
  return mergeSeries(
    enrichAll(evaluation.vector(enriched, grid), enrichment, evaluation, grid),
    evaluation,
    grid,
  );
};

function enrichmentOf(call: Call, evaluation: Evaluation, grid: StepGrid): Enrichment {
  const { nameMatchers, dataMatchers } = infoSelectorOf(call);
  const nameTests = nameMatchers.map(compileMatcher);
  return {
    byIdentity: infoSeriesByIdentity(call, evaluation, grid),
    wanted: dataMatchers.length === 0 ? null : new Set(dataMatchers.map(({ name }) => name)),
    isRequired: dataMatchers.some((matcher) => !compileMatcher(matcher)("")),
    isInfoMetric: (labels) => nameTests.every((test) => test(labelValue(labels, METRIC_NAME))),
  };
}

function infoSeriesByIdentity(
  call: Call,
  evaluation: Evaluation,
  grid: StepGrid,
): ReadonlyMap<string, readonly InfoSeries[]> {
  const time = infoTimeOf(required(call.args[0]), evaluation.bounds);
  const byIdentity = new Map<string, InfoSeries[]>();
  const timesMs = referenceTimesOf(time, grid);
  const indexes = new Int32Array(grid.count);
  for (const stored of evaluation.storedSeries(call)) {
    const samples = stored.samples();
    const { lookbackMs } = evaluation.settings;
    evaluation.samples.read(grid, newestIndexes(samples, timesMs, lookbackMs, indexes));
    evaluation.stopIfAsked();
    const sampleTimesMs = Float64Array.from(indexes, (index) => {
      if (index >= 0 && samples.histograms?.[index] !== undefined) {
        throw executionError("info sample should be float");
      }
      return index < 0 ? Number.NaN : (samples.timestampsMs[index] as number);
    });
    const key = keyOfLabels(stored.labels, IDENTIFYING);
    const known = byIdentity.get(key);
    const series = { labels: stored.labels, sampleTimesMs };
    if (known === undefined) byIdentity.set(key, [series]);
    else known.push(series);
  }
  return byIdentity;
}

function* enrichAll(
  vector: Iterable<VectorSeries>,
  enrichment: Enrichment,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  for (const series of vector) {
    const hasIdentity = IDENTIFYING.some((name) => labelValue(series.labels, name) !== "");
    if (enrichment.isInfoMetric(series.labels)) yield series;
    else yield* enrich(series, hasIdentity, enrichment, evaluation, grid);
  }
}

/** The info series may change from step to step, and the labels with them. */
function* enrich(
  series: VectorSeries,
  hasIdentity: boolean,
  enrichment: Enrichment,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const key = keyOfLabels(series.labels, IDENTIFYING);
  const candidates = hasIdentity ? (enrichment.byIdentity.get(key) ?? []) : [];
  const results = new Map<string, { readonly labels: Labels; readonly columns: MutableColumns }>();
  for (let step = 0; step < grid.count; step++) {
    if (series.kinds[step] === ABSENT) continue;
    const sources = newestByMetric(candidates, step);
    if (sources.length === 0 && enrichment.isRequired) continue;
    const labels = enrichedLabels(series.labels, sources, enrichment.wanted);
    const resultKey = labelsKey(labels);
    let result = results.get(resultKey);
    if (result === undefined) {
      result = { labels, columns: evaluation.columns.take(grid) };
      results.set(resultKey, result);
    }
    copyPoint(series, result.columns, step);
  }
  for (const { labels, columns } of results.values()) {
    yield seriesOf(labels, series.dropsName, columns);
  }
  evaluation.columns.giveBack(series);
}

/** Of each info metric the series with the newest sample. */
function newestByMetric(candidates: readonly InfoSeries[], step: number): readonly InfoSeries[] {
  const newest = new Map<string, InfoSeries>();
  for (const candidate of candidates) {
    const timeMs = candidate.sampleTimesMs[step] as number;
    if (Number.isNaN(timeMs)) continue;
    const name = labelValue(candidate.labels, METRIC_NAME);
    const known = newest.get(name);
    const knownMs = known?.sampleTimesMs[step] ?? -Infinity;
    if (timeMs === knownMs) {
      const existing = describeLabels(required(known).labels);
      throw executionError(
        `found duplicate series for info metric: existing ${existing} @ ${timeMs}, new ${describeLabels(candidate.labels)} @ ${timeMs}`,
      );
    }
    if (timeMs > knownMs) newest.set(name, candidate);
  }
  return [...newest.values()];
}

/** The series' own labels win; two info metrics may not contradict each other. */
function enrichedLabels(
  labels: Labels,
  sources: readonly InfoSeries[],
  wanted: ReadonlySet<string> | null,
): Labels {
  const own = new Map(labelPairs(labels));
  const added = new Map<string, string>();
  for (const source of sources) {
    for (const [name, value] of labelPairs(source.labels)) {
      if (name === METRIC_NAME || own.has(name) || IDENTIFYING.includes(name)) continue;
      if (wanted !== null && !wanted.has(name)) continue;
      const known = added.get(name);
      if (known !== undefined && known !== value) {
        throw executionError(`conflicting label: ${name}`);
      }
      added.set(name, value);
    }
  }
  return added.size === 0 ? labels : labelsOf([...own, ...added]);
}
