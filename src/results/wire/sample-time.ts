import { writeValue } from "#exposition";
import { asciiText } from "./ascii-text.ts";
import { VALUE_BYTES_MAX } from "./sample-value.ts";

/** Room that `writeSampleTime` needs. */
export const TIME_BYTES_MAX: number = VALUE_BYTES_MAX;

/**
 * The time of a sample as Prometheus' API writes it: seconds, with exactly three decimals where
 * they are not whole. Returns the end.
 */
export function writeSampleTime(target: Uint8Array, offset: number, timeMs: number): number {
  const magnitude = Math.abs(timeMs);
  const seconds = Math.floor(magnitude / 1000);
  const milliseconds = magnitude - seconds * 1000;
  let at = offset;
  if (timeMs < 0) target[at++] = MINUS;
  at = writeValue(target, at, seconds);
  if (milliseconds === 0) return at;
  const tens = Math.floor(milliseconds / 10);
  target[at++] = POINT;
  target[at++] = ZERO + Math.floor(tens / 10);
  target[at++] = ZERO + (tens % 10);
  target[at++] = ZERO + (milliseconds % 10);
  return at;
}

/** The same as text, where there are few of them. */
export function sampleTimeText(timeMs: number): string {
  return asciiText(scratch, writeSampleTime(scratch, 0, timeMs));
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const scratch = new Uint8Array(TIME_BYTES_MAX);
