import type { FloatHistogram } from "#model";
import { detectsReset } from "../histogram/index.ts";
import type { SeriesSamples, StoredSeries } from "./promql-storage.ts";

/**
 * Series whose histograms say whether the counter was reset before them, told from the sample before
 * where the storage does not know. Prometheus does this on the way to histogram_count, histogram_sum
 * and histogram_avg (`HistogramStatsIterator`), so only there do sums warn of colliding resets.
 */
export function detectingResetHints(stored: StoredSeries): StoredSeries {
  return { labels: stored.labels, samples: () => withResetHints(stored.samples()) };
}

function withResetHints(samples: SeriesSamples): SeriesSamples {
  if (samples.histograms === null) return samples;
  let previous: FloatHistogram | undefined;
  const histograms = samples.histograms.map((histogram) => {
    const hinted = histogram === undefined ? undefined : hint(histogram, previous);
    previous = histogram ?? previous;
    return hinted;
  });
  return { ...samples, histograms };
}

function hint(histogram: FloatHistogram, previous: FloatHistogram | undefined): FloatHistogram {
  if (histogram.counterResetHint !== "unknown" || previous === undefined) return histogram;
  const counterResetHint = detectsReset(histogram, previous) ? "reset" : "not_reset";
  return { ...histogram, counterResetHint };
}
