const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITY = /^([+-]?)inf(inity)?$/i;

/** The bound that a label `le` names (the numbers Go's ParseFloat reads in base ten), or null. */
export function parseBucketBound(text: string): number | null {
  if (DECIMAL.test(text)) return Number(text);
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === "-" ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? NaN : null;
}
