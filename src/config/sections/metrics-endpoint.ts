import { section } from "../schema/collections.ts";
import { boolean, byteSize, duration, integer } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

export const metricsEndpointSchema = section({
  lookback: defaulted(
    duration({ min: 1000, max: 24 * 3_600_000 }),
    "5m",
    "A series whose newest sample is older than this is not shown any more.",
    { reload: "live" },
  ),
  series_max: defaulted(
    integer({ min: 1, max: 100_000_000 }),
    "1000000",
    "Series in one scrape; a tenant with more gets a refusal that says so, never a part.",
    { reload: "live" },
  ),
  body_bytes_max: defaulted(
    byteSize({ min: 1024 }),
    "1GB",
    "Bytes of one scrape before compression; a tenant with more gets a refusal that says so.",
    { reload: "live" },
  ),
  timestamps: defaulted(
    boolean(),
    "off",
    "Write the time of each sample. Off, so that scrapers use their own time and see series end.",
    { reload: "live" },
  ),
  gzip_level: defaulted(
    integer({ min: 0, max: 9 }),
    "1",
    "How hard to compress for clients that accept gzip: 1 fast, 9 small, 0 never.",
    { reload: "live" },
  ),
});

export interface MetricsEndpointConfig {
  readonly lookbackMs: number;
  readonly seriesMax: number;
  readonly bodyBytesMax: number;
  readonly timestamps: boolean;
  /** 0: never compress. */
  readonly gzipLevel: number;
}

export function toMetricsEndpointConfig(
  values: ValueOf<typeof metricsEndpointSchema>,
): MetricsEndpointConfig {
  return {
    lookbackMs: values.lookback,
    seriesMax: values.series_max,
    bodyBytesMax: values.body_bytes_max,
    timestamps: values.timestamps,
    gzipLevel: values.gzip_level,
  };
}
