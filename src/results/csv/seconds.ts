import { writeValue } from "#exposition";
import { asciiText } from "../wire/ascii-text.ts";
import { TIME_BYTES_MAX } from "../wire/sample-time.ts";

/** A time as seconds in as few digits as it takes, which is what Python makes of Prometheus' times. */
export function writeSeconds(target: Uint8Array, offset: number, timeMs: number): number {
  return writeValue(target, offset, timeMs / 1000);
}

export function secondsText(timeMs: number): string {
  return asciiText(scratch, writeSeconds(scratch, 0, timeMs));
}

const scratch = new Uint8Array(TIME_BYTES_MAX);
