import { NUMBER_BYTES_MAX, writeValue } from "#exposition";
import { asciiText } from "./ascii-text.ts";

/** Room that `writeSampleValue` needs. */
export const VALUE_BYTES_MAX: number = NUMBER_BYTES_MAX;

/**
 * A sample's value as Prometheus' API writes it: the shortest digits that read back the same,
 * positional from 1e-6 up to 1e21, `e` with a sign and two digits beyond (`1e-07`, `1e+21`),
 * `NaN`, `+Inf`, `-Inf`, `-0`. Returns the end.
 */
export function writeSampleValue(target: Uint8Array, offset: number, value: number): number {
  if (value < TINY_END && value > -TINY_END && value !== 0) {
    return writeTiny(target, offset, value);
  }
  return writeValue(target, offset, value);
}

/** The same as text, where there are few of them. */
export function sampleValueText(value: number): string {
  return asciiText(scratch, writeSampleValue(scratch, 0, value));
}

/** JavaScript writes `1e-7` where Go writes `1e-07`; both agree on where exponents begin. */
function writeTiny(target: Uint8Array, offset: number, value: number): number {
  const text = String(value).replace(/e-(\d)$/, "e-0$1");
  for (let i = 0; i < text.length; i++) target[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

const TINY_END = 1e-6;
const scratch = new Uint8Array(VALUE_BYTES_MAX);
