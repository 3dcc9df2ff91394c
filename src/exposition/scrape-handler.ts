import type { Exemplar, Labels, MetricMetadata } from "#model";
import type { ExpositionFormat } from "./format.ts";

/** Told what one target's scrapes hold. Whatever it throws ends the scrape and reaches the caller. */
export interface ScrapeHandler {
  /**
   * A series text is seen for the first time, or again after it was forgotten. The answer is the
   * token that its samples will carry, an integer from 0 to 2^31-1; a negative one drops the
   * series, which is remembered too. Label limits are checked here, by throwing. `emptyNames` are
   * the labels that the text gives with an empty value: they are not in `labels`, but with
   * Prometheus' `honor_labels` they keep the target's label of that name away.
   */
  resolveSeries(
    labels: Labels,
    metadata: MetricMetadata | null,
    emptyNames: readonly string[],
  ): number;

  /** One sample; `timestampMs` is NaN where the exposition gives none. Called in body order. */
  sample(token: number, value: number, timestampMs: number): void;

  /** The exemplar of the sample just given. Its labels may be of any length: limit them. */
  exemplar(token: number, exemplar: Exemplar): void;

  /**
   * HELP, TYPE or UNIT of the series' family differ from what `resolveSeries` (or an earlier call)
   * was told. Called inside `end()`, for series of this scrape only, perhaps more than once.
   */
  metadataChanged(token: number, metadata: MetricMetadata): void;
}

/** Limits of one target. */
export interface ScrapeParserOptions {
  /** Longest line without its newline; `exposition_line_too_long` beyond. Default 1 MiB. */
  readonly lineBytesMax?: number;
  /**
   * Room for remembered line texts; lines beyond it are parsed, and their series resolved, at each
   * scrape. Default 256 MiB.
   */
  readonly cachedTextBytesMax?: number;
}

/**
 * Reads the scrapes of one target, one after the other: `begin`, any number of `push`, `end`.
 * After an error the scrape is over; the handler throws away what it got, and `begin` starts anew.
 */
export interface ScrapeParser {
  begin(format: ExpositionFormat): void;
  /** Bytes of the body, split anywhere. They are read before this returns. Throws `ExpositionError`. */
  push(chunk: Uint8Array): void;
  /** Checks that the body is whole. Throws `ExpositionError`. */
  end(): void;
  /** From the next `begin` on, series texts with this token are resolved anew. */
  forget(token: number): void;
  /** The same for every series: the handler's rules (relabelling, limits) have changed. */
  forgetAll(): void;
  /** What the parser keeps between scrapes. */
  readonly memoryBytes: number;
}
