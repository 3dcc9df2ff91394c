import { readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";

/** What this process and the main thread's heap hold now, in bytes. */
export interface MemoryReading {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** Reserved, but not backed by memory. */
  readonly heapReleasedBytes: number;
  readonly heapMaxBytes: number;
  readonly handlesUsedBytes: number;
  readonly handlesTotalBytes: number;
  /** V8's own bookkeeping outside the heap, now and at most. */
  readonly mallocedBytes: number;
  readonly mallocedPeakBytes: number;
  /** Of the main thread; 0 where the system does not tell. */
  readonly stackBytes: number;
  /** 0 where the system does not tell. */
  readonly threads: number;
}

export function readMemory(): MemoryReading {
  const heap = getHeapStatistics();
  const status = readProcessStatus();
  return {
    residentBytes: process.memoryUsage.rss(),
    heapUsedBytes: heap.used_heap_size,
    heapTotalBytes: heap.total_heap_size,
    heapReleasedBytes: Math.max(0, heap.total_heap_size - heap.total_physical_size),
    heapMaxBytes: heap.heap_size_limit,
    handlesUsedBytes: heap.used_global_handles_size,
    handlesTotalBytes: heap.total_global_handles_size,
    mallocedBytes: heap.malloced_memory,
    mallocedPeakBytes: Math.max(heap.malloced_memory, heap.peak_malloced_memory),
    stackBytes: numberAfter(status, "VmStk") * 1024,
    threads: numberAfter(status, "Threads"),
  };
}

function readProcessStatus(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}

function numberAfter(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
