import { formatGeneral } from "../go-float.ts";
import { RECENT_PAUSES_MAX } from "./collector-pauses.ts";
import { readMemory } from "./read-memory.ts";
import { memoryValues } from "./runtime-gauges.ts";
import { collectorCpuShare, type ServiceMetrics } from "./service-metrics.ts";

/** The fields before the arrays, in the original's order. */
const INTEGER_FIELDS = [
  "Alloc",
  "TotalAlloc",
  "Sys",
  "Lookups",
  "Mallocs",
  "Frees",
  "HeapAlloc",
  "HeapSys",
  "HeapIdle",
  "HeapInuse",
  "HeapReleased",
  "HeapObjects",
  "StackInuse",
  "StackSys",
  "MSpanInuse",
  "MSpanSys",
  "MCacheInuse",
  "MCacheSys",
  "BuckHashSys",
  "GCSys",
  "OtherSys",
  "NextGC",
  "LastGC",
  "PauseTotalNs",
] as const;

const SIZE_CLASSES = 61;
const NO_SIZE_CLASSES = JSON.stringify(
  Array.from({ length: SIZE_CLASSES }, () => ({ Size: 0, Mallocs: 0, Frees: 0 })),
);

/** The top-level `memstats`: what the process holds at the moment of the request, as compact JSON. */
export function memstatsJson({ pauses, allocatedBytes }: ServiceMetrics): string {
  const values: Readonly<Record<string, number | bigint>> = {
    ...memoryValues(readMemory()),
    "MemStats.TotalAlloc": allocatedBytes,
    "MemStats.LastGC": pauses.lastEndNs,
    "MemStats.PauseTotalNs": pauses.totalNs,
  };
  const integers = INTEGER_FIELDS.map((field) => `"${field}":${values[`MemStats.${field}`] ?? 0}`);
  const durations: (number | bigint)[] = Array.from({ length: RECENT_PAUSES_MAX }, () => 0);
  const ends = durations.slice();
  // The newest stands at (count + 255) mod 256, as readers of that ring expect.
  for (const [age, pause] of pauses.recent.toReversed().entries()) {
    const slot = (pauses.count - 1 - age) % RECENT_PAUSES_MAX;
    durations[slot] = pause.durationNs;
    ends[slot] = pause.endNs;
  }
  return `{${integers.join(",")},"PauseNs":[${durations.join(",")}],"PauseEnd":[${ends.join(",")}],"NumGC":${pauses.count},"NumForcedGC":0,"GCCPUFraction":${formatGeneral(collectorCpuShare(pauses.totalNs))},"EnableGC":true,"DebugGC":false,"BySize":${NO_SIZE_CLASSES}}`;
}
