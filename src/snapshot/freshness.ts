import { escapeMetricName, type EscapingScheme } from "#exposition";
import { openMetricsHeader, textHeader } from "./family-block.ts";

/**
 * How fresh a body is, as two gauges of its own: the times of the newest and of the oldest sample
 * in it. Lines carry no timestamps (docs/decisions/040-snapshot.md), so this is how a customer
 * can see that data has stopped flowing. Times, not ages: an age would change by itself, and no
 * body could ever be served twice. A body without series has no gauges either.
 */
export interface FreshnessGauge {
  readonly of: "newest" | "oldest";
  readonly name: string;
  readonly openMetricsHeader: Uint8Array;
  readonly textHeader: Uint8Array;
  /** The start of the line, the space included. */
  readonly prefix: Uint8Array;
}

const NAMES = {
  newest: "gaugeway_snapshot_newest_sample_timestamp_seconds",
  oldest: "gaugeway_snapshot_oldest_sample_timestamp_seconds",
} as const;

/** The gauges in the order of their names. */
export function freshnessGauges(escaping: EscapingScheme): readonly FreshnessGauge[] {
  return (["newest", "oldest"] as const).map((of) => {
    const name = escapeMetricName(NAMES[of], escaping);
    const metadata = { help: `Time of the ${of} sample in this snapshot.`, unit: "seconds" };
    return {
      of,
      name,
      openMetricsHeader: openMetricsHeader(name, "gauge", metadata),
      textHeader: textHeader(name, "gauge", metadata),
      prefix: new TextEncoder().encode(`${name} `),
    };
  });
}

/**
 * Whether a stored metric would stand in the gauges' place: it came from another snapshot that was
 * scraped as a source. It is left out, so that these names always speak of this snapshot.
 */
export function isFreshnessName(metricName: string, escaping: EscapingScheme): boolean {
  return Object.values(NAMES).some((name) =>
    metricName.startsWith(escapeMetricName(name, escaping)),
  );
}
