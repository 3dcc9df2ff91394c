/**
 * InfluxDB's line protocol as the original writes it: tags and fields in alphabetical order, floats
 * without exponent, integers with an `i`, times in seconds.
 */
import { formatPlain } from "../telemetry/go-float.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Field values are formatted already: `5i`, `0.5`. */
export interface Point {
  readonly measurement: string;
  /** In alphabetical order; tags without a value are left out. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** In alphabetical order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * Cut towards zero. What an integer of 64 bits cannot hold (the variance of nanoseconds, once they
 * spread over three seconds) becomes the largest one instead of the original's smallest one.
 */
export function integerField(value: number | bigint): string {
  const integer = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  if (integer > INT64_MAX) return `${INT64_MAX}i`;
  return `${integer < INT64_MIN ? INT64_MIN : integer}i`;
}

export function floatField(value: number): string {
  return formatPlain(value);
}

/** One line with its end. */
export function formatLine({ measurement, tags, fields }: Point, timeSeconds: number): string {
  let head = escapeMeasurement(measurement);
  for (const [name, value] of tags) if (value !== "") head += `,${name}=${escapeTag(value)}`;
  const body = fields.map(([name, value]) => `${name}=${value}`).join(",");
  return `${head} ${body} ${timeSeconds}\n`;
}

function escapeMeasurement(text: string): string {
  return text.replaceAll(/[, ]/g, "\\$&");
}

/**
 * A line break would end the point; the server reads this spelling as two characters. A backslash at
 * the end would escape what follows the value, and cannot be written at all.
 */
function escapeTag(text: string): string {
  return text.replace(/\\+$/, "").replaceAll(/[,= ]/g, "\\$&").replaceAll("\n", "\\n");
}
