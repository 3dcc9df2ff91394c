import { canonicalFloat } from "./float-writer.ts";

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a `le` or `quantile` value stands for; NaN where it is none. */
export function boundOf(value: string): number {
  if (/^\+?inf(inity)?$/i.test(value)) return Infinity;
  if (/^-inf(inity)?$/i.test(value)) return -Infinity;
  return decimal.test(value) ? Number(value) : NaN;
}

/**
 * The value in the form that Prometheus 3 and the OpenMetrics clients agree on (`1` → `1.0`), so that
 * a bucket keeps its identity whichever format and version it goes through. Text that is no number
 * stays as it is; a zero has no sign.
 */
export function canonicalBound(value: string): string {
  if (/^nan$/i.test(value)) return "NaN";
  const bound = boundOf(value);
  // A number too large for a double must not turn into +Inf: that would be another bucket.
  const isBeyondDoubles = !Number.isFinite(bound) && /\d/.test(value);
  return Number.isNaN(bound) || isBeyondDoubles ? value : canonicalFloat(bound === 0 ? 0 : bound);
}
