import type { WindowSnapshot } from "../telemetry/window-snapshot.ts";
import type { CountBaseline, CountsOfBatch } from "./count-baseline.ts";
import { formatLine } from "./line-protocol.ts";
import { windowPoints } from "./window-points.ts";

/** The points of one window, ready to be written. */
export interface Batch {
  /** Orders batches by age, also in a folder. */
  readonly id: string;
  readonly timeSeconds: number;
  readonly lines: string;
  readonly bytes: number;
  readonly points: number;
  /** Empty for batches of an earlier run: its counts mean nothing in this one. */
  readonly counts: CountsOfBatch;
  /** A write of it has ended without an answer: its counts must not come again. */
  mayBeStored: boolean;
}

export function createBatch(
  snapshot: WindowSnapshot,
  timeSeconds: number,
  host: string,
  baseline: CountBaseline,
): Batch {
  const counts = new Map<string, number>();
  let lines = "";
  let points = 0;
  const countSince = (series: string, total: number): number =>
    baseline.take(series, total, counts);
  for (const point of windowPoints(snapshot, host, countSince)) {
    lines += formatLine(point, timeSeconds);
    points += 1;
  }
  const bytes = Buffer.byteLength(lines);
  const id = batchId(timeSeconds);
  return { id, timeSeconds, lines, bytes, points, counts, mayBeStored: false };
}

export function restoredBatch(id: string, lines: string): Batch {
  const timeSeconds = Number(id.split("-")[0]);
  const points = lines.split("\n").length - 1;
  const bytes = Buffer.byteLength(lines);
  return { id, timeSeconds, lines, bytes, points, counts: new Map(), mayBeStored: false };
}

/** Sorts as the time does; the process id keeps two runs within one second apart. */
function batchId(timeSeconds: number): string {
  return `${String(timeSeconds).padStart(12, "0")}-${process.pid}`;
}
