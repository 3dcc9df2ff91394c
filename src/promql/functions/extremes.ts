/**
 * Go's math.Max and math.Min: an infinity on the winning side wins even over NaN, where JavaScript's
 * give NaN. Everything else is the same.
 */
export function maxOf(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

export function minOf(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}
