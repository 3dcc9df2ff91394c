/**
 * Columns that grow by doubling. `ArrayBuffer.transfer` gives the old memory back at once, where a
 * copy would leave it to the garbage collector; pages that nobody has written cost no memory.
 * Every view of the old column is dead afterwards, so a column has one owner.
 */

function capacityFor(current: number, length: number): number {
  // Past 16 Mi entries a column grows by half: the copy's peak counts more than its frequency.
  const factor = current > 0x100_0000 ? 1.5 : 2;
  return Math.max(length, Math.ceil(current * factor), 64);
}

/** The column itself where `length` entries fit, else a larger one that takes its place. */
export function grownUint32(
  column: Uint32Array<ArrayBuffer>,
  length: number,
): Uint32Array<ArrayBuffer> {
  if (length <= column.length) return column;
  return new Uint32Array(column.buffer.transfer(capacityFor(column.length, length) * 4));
}

/** As `grownUint32`. */
export function grownUint8(
  column: Uint8Array<ArrayBuffer>,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (length <= column.length) return column;
  return new Uint8Array(column.buffer.transfer(capacityFor(column.length, length)));
}

/** As `grownUint32`, but readers may still hold the old column, so it is copied. */
export function grownFloat64(
  column: Float64Array<ArrayBuffer>,
  length: number,
): Float64Array<ArrayBuffer> {
  if (length <= column.length) return column;
  const larger = new Float64Array(capacityFor(column.length, length));
  // Bytes, not numbers: the bits of a stale marker must survive.
  new Uint8Array(larger.buffer).set(new Uint8Array(column.buffer));
  return larger;
}
