import type { Labels } from "#model";
import { required } from "../eval/required.ts";
import { classicFraction } from "../histogram/classic/classic-fraction.ts";
import { histogramFraction as nativeFraction } from "../histogram/index.ts";
import { metricNameOf } from "./annotation-texts.ts";
import {
  type HistogramReader,
  readHistograms,
  releaseHistograms,
  sortHistograms,
} from "./histogram-kinds.ts";
import type { VectorFunction } from "./vector-function.ts";
import { goQuote } from "../syntax/go-quote.ts";

/** `histogram_fraction(lower, upper, vector)`: of classic and native histograms alike. */
export const histogramFraction: VectorFunction = function* (call, evaluation, grid) {
  const [lowerArgument, upperArgument, vectorArgument] = call.args;
  const vector = required(vectorArgument);
  const lowers = evaluation.scalar(required(lowerArgument), grid);
  const uppers = evaluation.scalar(required(upperArgument), grid);
  const { annotations } = evaluation;
  const notes = { annotations, position: vector.position };
  const kinds = sortHistograms(evaluation.vector(vector, grid), notes);
  const boundsAt = (step: number) => [lowers[step] as number, uppers[step] as number] as const;
  const reader: HistogramReader = {
    notes,
    native: (histogram, labels, step) => {
      const { value, hasNaNObservations } = nativeFraction(...boundsAt(step), histogram);
      if (hasNaNObservations) annotations.info(nanInfo(labels), vector.position);
      return value;
    },
    classic: (buckets, _labels, step) => classicFraction(...boundsAt(step), buckets),
  };
  yield* readHistograms(kinds, reader, evaluation, grid, lowers.keys());
  releaseHistograms(kinds, evaluation);
};

function nanInfo(labels: Labels): string {
  const name = metricNameOf(labels);
  const metric = name === "" ? "" : ` for metric name ${goQuote(name)}`;
  return `input to histogram_fraction has NaN observations, which are excluded from all fractions${metric}`;
}
