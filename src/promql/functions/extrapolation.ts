interface Extent {
  readonly rangeStartMs: number;
  readonly rangeEndMs: number;
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
  const sampledMs = lastMs - (zeroMs ?? firstMs);
  const averageMs = count > 1 ? (lastMs - firstMs) / (count - 1) : 0;
  const thresholdMs = averageMs * GAP_THRESHOLD;

  let leftMs = zeroMs === null ? firstMs - extent.rangeStartMs : 0;
  if (zeroMs === null) {
    if (leftMs >= thresholdMs) leftMs = averageMs / 2;
    if (extent.isCounter && increase > 0 && first >= 0) {
      leftMs = Math.min(leftMs, sampledMs * (first / increase));
    }
  }
  let rightMs = extent.rangeEndMs - lastMs;
  if (rightMs >= thresholdMs) rightMs = averageMs / 2;
  return (sampledMs + leftMs + rightMs) / sampledMs;
}
