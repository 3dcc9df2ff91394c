interface Extent {
  readonly rangeStartMs: number;
  readonly rangeEndMs: number;
  /** The length of the range where the rate per second is asked for, else 1. */
  readonly perSeconds: number;
  /** Samples in the window. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where the counter's start time says that it was zero; it takes the first sample's place. */
  readonly zeroMs: number | null;
  /** Only a counter is known to have been at zero once, and never below. */
  readonly isCounter: boolean;
  readonly first: number;
  readonly increase: number;
}

/** Gaps up to this many average distances between samples are taken for a scrape that is due. */
const GAP_THRESHOLD = 1.1;

/**
 * By how much a difference over the samples grows to cover the range (Prometheus
 * `extrapolatedRate`): the whole gap at an edge where it is short, half an average distance between
 * samples where it is long, and to the left never beyond the time at which a counter was zero.
 */
export function extrapolationFactor(extent: Extent): number {
  const { count, firstMs, lastMs, zeroMs, first, increase } = extent;
  // In seconds and in this order, which decides the last bit.
  const sampled = (lastMs - (zeroMs ?? firstMs)) / 1000;
  const average = count > 1 ? (lastMs - firstMs) / 1000 / (count - 1) : 0;
  const threshold = average * GAP_THRESHOLD;

  let left = zeroMs === null ? (firstMs - extent.rangeStartMs) / 1000 : 0;
  if (zeroMs === null) {
    if (left >= threshold) left = average / 2;
    if (extent.isCounter && increase > 0 && first >= 0) {
      left = Math.min(left, sampled * (first / increase));
    }
  }
  let right = (extent.rangeEndMs - lastMs) / 1000;
  if (right >= threshold) right = average / 2;
  const factor = sampled === 0 ? 1 : (sampled + left + right) / sampled;
  return factor / extent.perSeconds;
}
