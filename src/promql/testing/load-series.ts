import { labelsKey } from "#model";
import { customBucketSeries } from "./custom-bucket-series.ts";
import type { MemoryStorage, StoredPoint } from "./memory-storage.ts";
import type { LoadCommand, ScriptSeries } from "./script.ts";

/** Stores what a `load` gives. Of lines with the same labels the last one counts. */
export function loadSeries(command: LoadCommand, storage: MemoryStorage): void {
  const byLabels = new Map(command.series.map((series) => [labelsKey(series.labels), series]));
  for (const series of byLabels.values()) {
    storage.append(series.labels, pointsOf(series, command.stepMs));
  }
  if (!command.withCustomBuckets) return;
  for (const { labels, points } of customBucketSeries([...byLabels.values()], command)) {
    storage.append(labels, points);
  }
}

function pointsOf({ items, startOffsetsMs }: ScriptSeries, stepMs: number): StoredPoint[] {
  const points: StoredPoint[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind === "missing") continue;
    const timeMs = i * stepMs;
    const offsetMs = startOffsetsMs?.[i] ?? null;
    points.push({ timeMs, item, startMs: offsetMs === null ? 0 : timeMs + offsetMs });
  }
  return points;
}
