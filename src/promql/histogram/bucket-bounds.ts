import { EXPONENTIAL_SCHEMA_MAX, type FloatHistogram, hasCustomBuckets } from "#model";

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
  return (BOUNDS[schema]?.[fraction] ?? NaN) * 2 ** exponent;
}

/**
 * The bounds in [1, 2) of schemas 0 … 8, to the bit as Prometheus and its clients have them
 * (`exponentialBounds`): every second one is the coarser schema's, those between are the one before
 * times 2^2^−schema. For schema 1 their factor is the float below √2.
 */
const BOUNDS: readonly Float64Array[] = makeBounds();

function makeBounds(): Float64Array[] {
  const bounds = [Float64Array.of(1)];
  for (let schema = 1; schema <= EXPONENTIAL_SCHEMA_MAX; schema++) {
    const factor = schema === 1 ? Math.SQRT2 - Number.EPSILON : 2 ** (2 ** -schema);
    const coarser = bounds[schema - 1] as Float64Array;
    const finer = new Float64Array(coarser.length * 2);
    for (const [i, bound] of coarser.entries()) {
      finer[i * 2] = bound;
      finer[i * 2 + 1] = bound * factor;
    }
    bounds.push(finer);
  }
  return bounds;
}

function powerOfTwo(exponent: number): number {
  return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
}

/** The index in a coarser schema of the bucket that holds this one's observations. */
export function coarserIndex(index: number, schema: number, coarserSchema: number): number {
  return ((index - 1) >> (schema - coarserSchema)) + 1;
}
