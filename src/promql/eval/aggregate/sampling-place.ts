import { type Labels, labelPairs } from "#model";
import { xxhash64 } from "#lib/xxhash64";

const utf8 = new TextEncoder();
/** Longer texts have this mark and three bytes of length, little-endian. */
const SHORT_BYTES_MAX = 254;
const LONG_MARK = 255;

/**
 * Where a series stands in [0, 1) for limit_ratio: Prometheus' own hash of its labels, which are one
 * after the other name and value, each with its length before it. So the same series are chosen.
 */
export function samplingPlace(labels: Labels): number {
  const bytes: number[] = [];
  for (const [name, value] of labelPairs(labels)) {
    append(bytes, name);
    append(bytes, value);
  }
  return Number(xxhash64(Uint8Array.from(bytes))) / 2 ** 64;
}

function append(bytes: number[], text: string): void {
  const encoded = utf8.encode(text);
  const { length } = encoded;
  if (length <= SHORT_BYTES_MAX) bytes.push(length);
  else bytes.push(LONG_MARK, length & 255, (length >> 8) & 255, length >> 16);
  for (const byte of encoded) bytes.push(byte);
}
