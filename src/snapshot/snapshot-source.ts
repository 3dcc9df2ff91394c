import type { Entitlement } from "#access";
import type { EscapingScheme } from "#exposition";

/** The body's syntax: OpenMetrics 1.0.0 (or 0.0.1, the same bytes), or Prometheus text. */
export type SnapshotFormat = "openmetrics" | "text";

export type SnapshotEncoding = "identity" | "gzip";

/** Plain data, so that it can be sent to the engine's thread. */
export interface SnapshotRequest {
  readonly entitlement: Entitlement;
  readonly format: SnapshotFormat;
  readonly escaping: EscapingScheme;
  readonly encoding: SnapshotEncoding;
  /** Writes each sample's time: seconds in OpenMetrics, milliseconds in text. Off by default. */
  readonly timestamps: boolean;
}

/** A body, ready to be sent. */
export type SnapshotBody = WholeBody | StreamedBody;

/** Shared between requests: never write into the chunks. */
export interface WholeBody {
  readonly kind: "whole";
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** All chunks together, as sent: after compression. */
  readonly byteLength: number;
  /** Lines with a value, the two freshness gauges included: `scrape_samples_scraped`. */
  readonly seriesCount: number;
}

/**
 * A large body, made while it is being sent. It is sure not to pass a limit. Asking for the next
 * chunk gives the last one back, whose memory is gone then; whoever leaves before the end calls
 * `return`.
 */
export interface StreamedBody {
  readonly kind: "streamed";
  readonly chunks: AsyncIterableIterator<Uint8Array<ArrayBuffer>>;
  readonly seriesCount: number;
}

/**
 * The newest sample of every series that an entitlement admits, all as of one moment between two
 * stored batches. Rejects with `SnapshotRefusal`; then there is no body at all, never a part of it.
 */
export interface SnapshotSource {
  snapshot(request: SnapshotRequest, signal?: AbortSignal): Promise<SnapshotBody>;
}
