import type { MemoryReading } from "./read-memory.ts";

/** Integers by their field names; nanoseconds since 1970 do not fit into a number. */
export type ServiceGauges = ReadonlyMap<string, number | bigint>;

/** All that is not in a reading stays 0: Node counts no objects, pointer lookups or calls into C. */
const RUNTIME_FIELDS = [
  "MemStats.Alloc",
  "MemStats.BuckHashSys",
  "MemStats.DebugGC",
  "MemStats.EnableGC",
  "MemStats.Frees",
  "MemStats.HeapAlloc",
  "MemStats.HeapIdle",
  "MemStats.HeapInuse",
  "MemStats.HeapObjects",
  "MemStats.HeapReleased",
  "MemStats.HeapSys",
  "MemStats.LastGC",
  "MemStats.Lookups",
  "MemStats.MCacheInuse",
  "MemStats.MCacheSys",
  "MemStats.MSpanInuse",
  "MemStats.MSpanSys",
  "MemStats.Mallocs",
  "MemStats.NextGC",
  "MemStats.NumGC",
  "MemStats.PauseTotalNs",
  "MemStats.StackInuse",
  "MemStats.StackSys",
  "MemStats.Sys",
  "MemStats.TotalAlloc",
  "NumCgoCall",
  "NumGoroutine",
  "NumThread",
] as const;

type RuntimeField = (typeof RUNTIME_FIELDS)[number];
export type RuntimeValues = Readonly<Partial<Record<RuntimeField, number | bigint>>>;

export function runtimeGauges(values: RuntimeValues): ServiceGauges {
  return new Map(RUNTIME_FIELDS.map((field) => [field, values[field] ?? 0]));
}

/** What of a reading stands for which field of a Go process. */
export function memoryValues(reading: MemoryReading): RuntimeValues {
  return {
    "MemStats.Alloc": reading.heapUsedBytes,
    "MemStats.HeapAlloc": reading.heapUsedBytes,
    "MemStats.HeapInuse": reading.heapUsedBytes,
    "MemStats.HeapSys": reading.heapTotalBytes,
    "MemStats.HeapIdle": reading.heapTotalBytes - reading.heapUsedBytes,
    "MemStats.HeapReleased": reading.heapReleasedBytes,
    "MemStats.Sys": reading.residentBytes,
    "MemStats.StackInuse": reading.stackBytes,
    "MemStats.StackSys": reading.stackBytes,
    "MemStats.MSpanInuse": reading.handlesUsedBytes,
    "MemStats.MSpanSys": reading.handlesTotalBytes,
    "MemStats.MCacheInuse": reading.mallocedBytes,
    "MemStats.MCacheSys": reading.mallocedPeakBytes,
    "MemStats.NextGC": reading.heapMaxBytes,
    "MemStats.EnableGC": 1,
  };
}
