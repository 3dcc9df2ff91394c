import type { Labels, MetricMetadata } from "#model";

/**
 * What a parser tells an import; the scrape parser's handler has the same calls. tsdb knows no text
 * format: whoever starts an import brings the parser.
 */
export interface ImportSink {
  /** The token that the samples of this series will carry. The same labels give the same token. */
  resolveSeries(labels: Labels, metadata: MetricMetadata | null): number;
  /** `timestampMs` is NaN where the text gives no time, which ends the import. */
  sample(token: number, value: number, timestampMs: number): void;
  /** The metadata given with `resolveSeries` is superseded. */
  metadataChanged(token: number, metadata: MetricMetadata): void;
}

/** Reads the text piece by piece; calls the sink before `push` and `end` return. */
export interface ImportParser {
  push(chunk: Uint8Array): void;
  /** Throws where the text is not whole. */
  end(): void;
}
