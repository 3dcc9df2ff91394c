import { type StepGrid, timeAt } from "#promql";
import { TIME_BYTES_MAX, writeSampleTime } from "../wire/sample-time.ts";

/** The opening of every point of a grid, `[1700000000,"`, rendered once for all series. */
export interface GridTimes {
  readonly bytes: Uint8Array;
  /** Where each opening ends; it begins where the one before it does. */
  readonly ends: Uint32Array;
  /** The longest of them. */
  readonly lengthMax: number;
}

export function renderGridTimes(grid: StepGrid): GridTimes {
  const bytes = new Uint8Array(grid.count * (TIME_BYTES_MAX + 3));
  const ends = new Uint32Array(grid.count);
  let lengthMax = 0;
  let at = 0;
  for (let i = 0; i < grid.count; i++) {
    const start = at;
    bytes[at++] = OPENING_BRACKET;
    at = writeSampleTime(bytes, at, timeAt(grid, i));
    bytes[at++] = COMMA;
    bytes[at++] = QUOTE;
    ends[i] = at;
    lengthMax = Math.max(lengthMax, at - start);
  }
  return { bytes: bytes.subarray(0, at), ends, lengthMax };
}

const OPENING_BRACKET = 0x5b;
const COMMA = 0x2c;
const QUOTE = 0x22;
