import type { Histogram as ExposedHistogram } from "#telemetry";
import type { EndpointMeter } from "../meter.ts";
import { UniformReservoir } from "./uniform-reservoir.ts";

/** Responses of one endpoint by its metric name; methods of one path share it. */
export class EndpointMetrics implements EndpointMeter {
  readonly name: string;
  /** Responses by status, since the start. */
  readonly responses = new Map<number, number>();
  readonly sizeBytes = new UniformReservoir();
  readonly timeNs = new UniformReservoir();
  readonly #exposed: ExposedResponses | null;

  constructor(name: string, exposed: ExposedResponses | null) {
    this.name = name;
    this.#exposed = exposed;
  }

  record(status: number, bodyBytes: number, durationMs: number): void {
    this.responses.set(status, (this.responses.get(status) ?? 0) + 1);
    this.sizeBytes.update(bodyBytes);
    this.timeNs.update(Math.round(durationMs * 1e6));
    this.#exposed?.seconds.observe(durationMs / 1000);
    this.#exposed?.bytes.observe(Math.max(bodyBytes, 0));
  }

  clearWindow(): void {
    this.sizeBytes.clear();
    this.timeNs.clear();
  }
}

/** The cumulative histograms of the process' own metrics. */
export interface ExposedResponses {
  readonly seconds: ExposedHistogram;
  readonly bytes: ExposedHistogram;
}
