import type { Layer } from "./layer-metrics.ts";
import type { SampleSummary } from "./sample-summary.ts";
import type { ServiceGauges } from "./service/runtime-gauges.ts";

/** Calls of one pipe or backend with one outcome. */
export interface OutcomeSnapshot {
  readonly layer: Layer;
  readonly name: string;
  readonly complete: boolean;
  readonly error: boolean;
  /** Since the start. */
  readonly calls: number;
  /** Of the window. */
  readonly latencyNs: SampleSummary;
}

export interface EndpointSnapshot {
  readonly name: string;
  /** Responses by status since the start. */
  readonly responses: ReadonlyMap<number, number>;
  /** Of the window. */
  readonly timeNs: SampleSummary;
  readonly sizeBytes: SampleSummary;
}

export interface ConnectionSnapshot {
  readonly current: number;
  readonly gauge: number;
  readonly total: number;
}

/** Everything at the end of one window, as it is pushed. */
export interface WindowSnapshot {
  readonly timeMs: number;
  readonly outcomes: readonly OutcomeSnapshot[];
  readonly endpoints: readonly EndpointSnapshot[];
  readonly connected: ConnectionSnapshot;
  readonly disconnected: ConnectionSnapshot;
  readonly debug: ServiceGauges;
  readonly runtime: ServiceGauges;
  readonly latestPauseNs: SampleSummary;
  readonly everyPauseNs: SampleSummary;
}
