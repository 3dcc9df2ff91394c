import type { SnapshotLimits } from "#snapshot";
import { section } from "../schema/collections.ts";
import { boolean, byteSize, duration, integer } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

const DAY_MS = 24 * 3_600_000;

export const metricsEndpointSchema = section({
  lookback: defaulted(
    duration({ min: 1000, max: DAY_MS }),
    "5m",
    "A series whose newest sample is older than this is not shown any more.",
  ),
  series_per_scrape_max: defaulted(
    integer({ min: 1, max: 100_000_000 }),
    "1000000",
    "Series in one scrape; a tenant with more gets a refusal that says so, never a part.",
  ),
  body_bytes_max: defaulted(
    byteSize({ min: 1024, max: 2 * 1024 ** 3 }),
    "512MB",
    "Bytes of one scrape before compression; a tenant with more gets a refusal that says so.",
  ),
  timestamps: defaulted(
    boolean(),
    "off",
    "Write the time of each sample. Off, so that scrapers use their own time and see series end.",
  ),
  gzip: defaulted(boolean(), "on", "Compress for clients that accept it."),
});

export interface MetricsEndpointConfig {
  readonly snapshots: Pick<SnapshotLimits, "lookbackMs" | "seriesPerScrapeMax" | "bodyBytesMax">;
  readonly timestamps: boolean;
  readonly gzip: boolean;
}

export function toMetricsEndpointConfig(
  values: ValueOf<typeof metricsEndpointSchema>,
): MetricsEndpointConfig {
  return {
    snapshots: {
      lookbackMs: values.lookback,
      seriesPerScrapeMax: values.series_per_scrape_max,
      bodyBytesMax: values.body_bytes_max,
    },
    timestamps: values.timestamps,
    gzip: values.gzip,
  };
}
