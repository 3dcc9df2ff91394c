/**
 * The sample value that ends a series: one NaN bit pattern among many, 0x7ff0000000000002
 * (Prometheus `value.StaleNaN`). JavaScript numbers do not promise to keep the bits of a NaN, so
 * markers are written and recognized through a 32-bit view of the same memory, never as numbers.
 */
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;

/** A 32-bit view of a column, two words a value, low word first (little-endian machines). */
export function wordsOf(column: Float64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
}

/** Writes a stale marker at `index` of the column that `words` views. */
export function writeStaleMarker(words: Uint32Array, index: number): void {
  words[index * 2] = STALE_LOW;
  words[index * 2 + 1] = STALE_HIGH;
}

/** Whether the value at `index` is a stale marker. */
export function isStaleMarker(words: Uint32Array, index: number): boolean {
  return words[index * 2 + 1] === STALE_HIGH && words[index * 2] === STALE_LOW;
}
