const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a `le` or `quantile` value stands for; NaN where it is none. */
export function boundOf(value: string): number {
  if (/^\+?inf(inity)?$/i.test(value)) return Infinity;
  if (/^-inf(inity)?$/i.test(value)) return -Infinity;
  return decimal.test(value) ? Number(value) : NaN;
}
