import { type FloatHistogram, hasCustomBuckets } from "#model";

/** Where the positive bucket of this index ends (included); negative buckets mirror it. */
export function upperBound(histogram: FloatHistogram, index: number): number {
  if (!hasCustomBuckets(histogram)) return exponentialBound(index, histogram.schema);
  return index < 0 ? -Infinity : (histogram.customBounds[index] ?? Infinity);
}

/**
 * 2^(index·2^−schema). The bound 2^1024 cannot be told from +Inf, but the bucket that ends there
 * holds only finite values and the one above only infinite ones: it ends at the largest float
 * (Prometheus: `getBoundExponential`).
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema <= 0) return powerOfTwo(index * 2 ** -schema);
  const steps = 2 ** schema;
  const exponent = Math.floor(index / steps);
  const fraction = index - exponent * steps;
  if (fraction === 0) return powerOfTwo(exponent);
  return 2 ** (fraction / steps) * 2 ** exponent;
}

function powerOfTwo(exponent: number): number {
  return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
}

/** The index in a coarser schema of the bucket that holds this one's observations. */
export function coarserIndex(index: number, schema: number, coarserSchema: number): number {
  return ((index - 1) >> (schema - coarserSchema)) + 1;
}
