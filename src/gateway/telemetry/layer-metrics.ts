import type { Histogram as ExposedHistogram } from "#telemetry";
import type { LayerMeter } from "../meter.ts";
import { UniformReservoir } from "./uniform-reservoir.ts";

/** The two layers below the router whose calls are measured. */
export type Layer = "pipe" | "backend";

/** Calls with one outcome: how many there were, and how long those of this window took. */
export interface OutcomeMetrics {
  readonly complete: boolean;
  readonly error: boolean;
  calls: number;
  readonly latencyNs: UniformReservoir;
}

/** One pipe or backend by its metric name; all that share a name share it. */
export class LayerMetrics implements LayerMeter {
  readonly layer: Layer;
  readonly name: string;
  readonly outcomes: readonly [OutcomeMetrics, OutcomeMetrics, OutcomeMetrics, OutcomeMetrics];
  readonly #exposed: ExposedHistogram | null;

  constructor(layer: Layer, name: string, exposed: ExposedHistogram | null) {
    this.layer = layer;
    this.name = name;
    this.#exposed = exposed;
    this.outcomes = [
      outcome(true, false),
      outcome(true, true),
      outcome(false, true),
      outcome(false, false),
    ];
  }

  record(complete: boolean, error: boolean, durationMs: number): void {
    const [ok, oddlyComplete, failed, told] = this.outcomes;
    const met = complete ? (error ? oddlyComplete : ok) : error ? failed : told;
    met.calls += 1;
    met.latencyNs.update(Math.round(durationMs * 1e6));
    this.#exposed?.observe(durationMs / 1000);
  }

  clearWindow(): void {
    for (const { latencyNs } of this.outcomes) latencyNs.clear();
  }
}

function outcome(complete: boolean, error: boolean): OutcomeMetrics {
  return { complete, error, calls: 0, latencyNs: new UniformReservoir() };
}
