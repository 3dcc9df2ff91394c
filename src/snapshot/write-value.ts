import type { SnapshotFormat } from "./snapshot-source.ts";

export const NUMBER_BYTES_MAX = 32;

export function writeValue(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  if (value >= 0 && value < 2 ** 31 && (value | 0) === value && !Object.is(value, -0)) {
    let rest = value | 0;
    let digits = 1;
    for (let x = rest; x >= 10; x = (x / 10) | 0) digits++;
    at += digits;
    for (let i = at - 1; i >= offset; i--) {
      const next = (rest / 10) | 0;
      target[i] = 48 + rest - next * 10;
      rest = next;
    }
    return at;
  }
  const text = value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
  for (let i = 0; i < text.length; i++) target[at++] = text.charCodeAt(i);
  return at;
}

export function writeTimestamp(
  target: Uint8Array,
  offset: number,
  timestampMs: number,
  format: SnapshotFormat,
): number {
  return writeValue(target, offset, format === "openmetrics" ? timestampMs / 1000 : timestampMs);
}
