import type { Clock } from "#lib/clock";
import { DecayingReservoir } from "../decaying-reservoir.ts";
import { Timer } from "../timer.ts";
import { CollectorPauses } from "./collector-pauses.ts";
import { readMemory } from "./read-memory.ts";
import { memoryValues, runtimeGauges, type ServiceGauges } from "./runtime-gauges.ts";

/**
 * The 80 keys `krakend.service.*`, which describe a Go process, filled from Node's own sources;
 * docs/extended-metrics.md says what each one means here. Everything is 0 until the first
 * collection and moves only at collections.
 */
export class ServiceMetrics implements Disposable {
  readonly pauses = new CollectorPauses();
  /** The latest pause of each window in which there was one. */
  readonly latestPauseNs: DecayingReservoir;
  /** Every pause of the window. */
  readonly everyPauseNs: DecayingReservoir;
  readonly readingCollector: Timer;
  readonly readingMemory: Timer;
  debug = debugGauges(0n, 0, 0);
  runtime = runtimeGauges({});
  /** Of all CPU time of the process. */
  collectorCpuShare = 0;
  /** Growth of the heap between collections: at least this much was allocated. */
  allocatedBytes = 0;
  #collectionsBefore = 0;
  #heapUsedBefore = 0;

  constructor(clock: Clock) {
    this.latestPauseNs = new DecayingReservoir(clock);
    this.everyPauseNs = new DecayingReservoir(clock);
    this.readingCollector = new Timer(clock);
    this.readingMemory = new Timer(clock);
  }

  collect(): void {
    const taken = this.readingCollector.time(() => this.pauses.take());
    for (const pauseNs of taken) this.everyPauseNs.update(pauseNs);
    const latestNs = taken.at(-1);
    if (latestNs !== undefined) this.latestPauseNs.update(latestNs);
    const { lastEndNs, count, totalNs } = this.pauses;
    this.debug = debugGauges(lastEndNs, count, totalNs);
    this.collectorCpuShare = collectorCpuShare(totalNs);

    const reading = this.readingMemory.time(readMemory);
    this.allocatedBytes += Math.max(0, reading.heapUsedBytes - this.#heapUsedBefore);
    this.#heapUsedBefore = reading.heapUsedBytes;
    this.runtime = runtimeGauges({
      ...memoryValues(reading),
      "MemStats.TotalAlloc": this.allocatedBytes,
      "MemStats.LastGC": lastEndNs,
      "MemStats.PauseTotalNs": totalNs,
      "MemStats.NumGC": count - this.#collectionsBefore,
      NumGoroutine: process.getActiveResourcesInfo().length,
      NumThread: reading.threads,
    });
    this.#collectionsBefore = count;
  }

  clearWindow(): void {
    this.latestPauseNs.clear();
    this.everyPauseNs.clear();
  }

  [Symbol.dispose](): void {
    this.pauses[Symbol.dispose]();
  }
}

function debugGauges(lastEndNs: bigint, count: number, totalNs: number): ServiceGauges {
  return new Map<string, number | bigint>([
    ["GCStats.LastGC", lastEndNs],
    ["GCStats.NumGC", count],
    ["GCStats.PauseTotal", totalNs],
  ]);
}

export function collectorCpuShare(pauseTotalNs: number): number {
  const { user, system } = process.cpuUsage();
  return Math.min(1, pauseTotalNs / ((user + system) * 1000));
}
