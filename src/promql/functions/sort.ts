import { compareLabels, labelValue } from "#model";
import { keepsOrder } from "../eval/keeps-order.ts";
import { required } from "../eval/required.ts";
import { stringArgument } from "../eval/string-argument.ts";
import { ABSENT, FLOAT, type VectorSeries } from "../eval/vector-series.ts";
import { sortInRangeWarning } from "./annotation-texts.ts";
import { compareNatural } from "./natural-order.ts";
import type { VectorFunction } from "./vector-function.ts";

/** Order of an instant query's series; in a range query the order of steps would differ, so none. */
export const sort: VectorFunction = sortByValue(1);
export const sortDesc: VectorFunction = sortByValue(-1);

function sortByValue(direction: 1 | -1): VectorFunction {
  return (call, evaluation, grid) => {
    const vector = evaluation.vector(required(call.args[0]), grid);
    if (!keepsOrder(evaluation, grid)) {
      evaluation.annotations.warn(sortInRangeWarning(), call.position);
      return onlyFloats(vector);
    }
    return [...onlyFloats(vector)].toSorted((a, b) => compareValues(a, b, direction));
  };
}

/** Histograms have no place in an order of values. */
function* onlyFloats(vector: Iterable<VectorSeries>): Generator<VectorSeries> {
  for (const series of vector) {
    if (series.histograms === null) {
      yield series;
      continue;
    }
    const kinds = series.kinds.map((kind) => (kind === FLOAT ? FLOAT : ABSENT));
    const pointCount = kinds.reduce((count, kind) => count + Number(kind === FLOAT), 0);
    if (pointCount > 0) yield { ...series, kinds, histograms: null, pointCount };
  }
}

/** NaN is last either way. */
function compareValues(a: VectorSeries, b: VectorSeries, direction: 1 | -1): number {
  const x = a.values[0] as number;
  const y = b.values[0] as number;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x === y ? 0 : (x < y ? -1 : 1) * direction;
}

export const sortByLabel: VectorFunction = sortByLabels(1);
export const sortByLabelDesc: VectorFunction = sortByLabels(-1);

/** Natural order of the labels' values one after the other, then of the whole label set. */
function sortByLabels(direction: 1 | -1): VectorFunction {
  return (call, evaluation, grid) => {
    const vector = evaluation.vector(required(call.args[0]), grid);
    if (!keepsOrder(evaluation, grid)) {
      evaluation.annotations.warn(sortInRangeWarning(), call.position);
      return vector;
    }
    const names = call.args.slice(1).map(stringArgument);
    return [...vector].toSorted((a, b) => {
      for (const name of names) {
        const order = compareNatural(labelValue(a.labels, name), labelValue(b.labels, name));
        if (order !== 0) return order * direction;
      }
      return compareLabels(a.labels, b.labels) * direction;
    });
  };
}
