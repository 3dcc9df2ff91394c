import type { Domain } from "./plot-series.ts";

/** Round numbers that cover the values: about as many as asked for, never fewer than two. */
export function valueTicks({ min, max }: Domain, countWanted: number): readonly number[] {
  const step = niceStep((max - min) / Math.max(1, countWanted - 1));
  const first = Math.floor(min / step);
  const last = Math.max(Math.ceil(max / step), first + 1);
  // Counted in steps, so that no rounding adds up; 0 is no -0.
  return Array.from({ length: last - first + 1 }, (_, i) => rounded((first + i) * step) + 0);
}

/** 1, 2 or 5 times a power of ten, not below the given number. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TIME_STEPS_MS: readonly number[] = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 182, 364, 728].map((count) => count * DAY_MS),
];

/** Round moments (in UTC) within the times, and how to write them. */
export interface TimeTicks {
  readonly atMs: readonly number[];
  readonly label: (timeMs: number) => string;
}

export function timeTicks({ min, max }: Domain, countMax: number): TimeTicks {
  const least = (max - min) / Math.max(1, countMax);
  const stepMs = TIME_STEPS_MS.find((step) => step >= least) ?? Math.ceil(least);
  const atMs: number[] = [];
  for (let at = Math.ceil(min / stepMs) * stepMs; at <= max; at += stepMs) atMs.push(at);
  return { atMs, label: (timeMs) => timeLabel(timeMs, stepMs) };
}

/** As much of the moment as the step makes differ. */
function timeLabel(timeMs: number, stepMs: number): string {
  const text = new Date(timeMs).toISOString();
  if (stepMs >= DAY_MS) return text.slice(5, 10);
  if (stepMs >= MINUTE_MS) return text.slice(11, 16);
  return stepMs >= SECOND_MS ? text.slice(11, 19) : text.slice(14, 23);
}

const SUFFIXES: readonly (readonly [least: number, suffix: string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** `1.5k`, `0.25`, `2e-7`: short, and exact for what ticks are made of. */
export function valueLabel(value: number): string {
  const magnitude = Math.abs(value);
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
  if (magnitude >= 1e15 || magnitude < 1e-4) return value.toExponential(2).replace(/\.?0+e/, "e");
  const [least, suffix] = SUFFIXES.find(([from]) => magnitude >= from) ?? [1, ""];
  return `${Number((value / least).toPrecision(5))}${suffix}`;
}
