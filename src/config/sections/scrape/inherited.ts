/** Keys that stand in `global` as defaults and in each job: the job's own value wins. */
import type { NameEscaping, ScrapeJobConfig, ScrapeLimits, ScrapeProtocol } from "#sources";
import { list, type Refuse } from "../../schema/collections.ts";
import { boolean, byteSize, choice, duration, integer } from "../../schema/scalars.ts";
import { type Key, optional, type ValuesOf } from "../../schema/schema.ts";

const count = integer({ min: 0 });

export const protocol = choice<ScrapeProtocol>(
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
);

export const INHERITED_TABLE = {
  scrape_interval: optional(
    duration({ min: 1 }),
    "How often targets are scraped: 1m unless given.",
  ),
  scrape_timeout: optional(
    duration({ min: 1 }),
    "How long one scrape may take, body included: 10s unless given, at most the interval.",
  ),
  scrape_protocols: optional(
    list(protocol, { min: 1, uniqueBy: (name) => name, called: "protocols" }),
    "The formats to ask for, best first: OpenMetrics, then Prometheus text.",
  ),
  metric_name_validation_scheme: optional(
    choice("utf8", "legacy"),
    "utf8 (default): any name; legacy: other names than `[a-zA-Z_:][a-zA-Z0-9_:]*` fail the scrape.",
  ),
  metric_name_escaping_scheme: optional(
    choice<NameEscaping>("allow-utf-8", "underscores", "dots", "values"),
    "How targets are asked to escape names: allow-utf-8 (default with utf8), underscores (default with legacy), dots, values.",
  ),
  extra_scrape_metrics: optional(
    boolean(),
    "Also store scrape_timeout_seconds, scrape_sample_limit and scrape_body_size_bytes.",
  ),
  body_size_limit: optional(
    byteSize(),
    "A larger body, after decompression, fails the scrape; 0: none of the job's own.",
  ),
  sample_limit: optional(count, "More samples after metric relabeling fail the scrape; 0: none."),
  label_limit: optional(count, "A sample with more labels fails the scrape; 0: none."),
  label_name_length_limit: optional(
    count,
    "A longer label name (UTF-8 bytes) fails the scrape; 0: none.",
  ),
  label_value_length_limit: optional(
    count,
    "A longer label value (UTF-8 bytes) fails the scrape; 0: none.",
  ),
  target_limit: optional(
    count,
    "With more targets, all targets of the job fail without being scraped; 0: none.",
  ),
  keep_dropped_targets: optional(count, "How many dropped targets stay visible per job; 0: all."),
} as const satisfies Readonly<Record<string, Key<unknown>>>;

export type InheritedValues = ValuesOf<typeof INHERITED_TABLE>;

const HISTOGRAMS =
  "native histograms are not scraped: targets are asked for text, where histograms are classic; remove the key";

export const INHERITED_REFUSED: Readonly<Record<string, string>> = {
  scrape_failure_log_file: "failures go to the server's log and to /api/v1/targets; remove the key",
  scrape_native_histograms: HISTOGRAMS,
  convert_classic_histograms_to_nhcb: HISTOGRAMS,
  always_scrape_classic_histograms: HISTOGRAMS,
};

export const HISTOGRAM_REFUSED: Readonly<Record<string, string>> = {
  native_histogram_bucket_limit: HISTOGRAMS,
  native_histogram_min_bucket_factor: HISTOGRAMS,
};

export function refuseInherited(values: InheritedValues, refuse: Refuse): void {
  const { scrape_interval: intervalMs, scrape_timeout: timeoutMs } = values;
  if (intervalMs !== null && timeoutMs !== null && timeoutMs > intervalMs) {
    refuse("scrape_timeout", "must be at most scrape_interval");
  }
  const legacy = values.metric_name_validation_scheme === "legacy";
  if (legacy && values.metric_name_escaping_scheme === "allow-utf-8") {
    refuse("metric_name_escaping_scheme", "allow-utf-8 contradicts the legacy validation scheme");
  }
}

/** The values of a job where it has some, else those of `global`. */
function inherit(job: InheritedValues, global: InheritedValues): InheritedValues {
  const entries = Object.entries(job).filter(([, value]) => value !== null);
  return { ...global, ...Object.fromEntries(entries) };
}

type Inherited = Pick<
  ScrapeJobConfig,
  | "scrapeIntervalMs"
  | "scrapeTimeoutMs"
  | "scrapeProtocols"
  | "metricNameValidation"
  | "metricNameEscaping"
  | "extraScrapeMetrics"
  | "limits"
>;

const INTERVAL_DEFAULT_MS = 60_000;
const TIMEOUT_DEFAULT_MS = 10_000;

export function toInherited(job: InheritedValues, global: InheritedValues): Inherited {
  const values = inherit(job, global);
  const intervalMs = values.scrape_interval ?? INTERVAL_DEFAULT_MS;
  const validation = values.metric_name_validation_scheme ?? "utf8";
  return {
    scrapeIntervalMs: intervalMs,
    // A default that is longer than the job's own interval gives way, as in Prometheus.
    scrapeTimeoutMs: Math.min(values.scrape_timeout ?? TIMEOUT_DEFAULT_MS, intervalMs),
    scrapeProtocols: values.scrape_protocols ?? [
      "OpenMetricsText1.0.0",
      "OpenMetricsText0.0.1",
      "PrometheusText1.0.0",
      "PrometheusText0.0.4",
    ],
    metricNameValidation: validation,
    metricNameEscaping:
      values.metric_name_escaping_scheme ?? (validation === "utf8" ? "allow-utf-8" : "underscores"),
    extraScrapeMetrics: values.extra_scrape_metrics ?? false,
    limits: toLimits(values),
  };
}

function toLimits(values: InheritedValues): ScrapeLimits {
  return {
    bodyBytesMax: values.body_size_limit ?? 0,
    samplesMax: values.sample_limit ?? 0,
    labelsMax: values.label_limit ?? 0,
    labelNameBytesMax: values.label_name_length_limit ?? 0,
    labelValueBytesMax: values.label_value_length_limit ?? 0,
    targetsMax: values.target_limit ?? 0,
    droppedTargetsKept: values.keep_dropped_targets ?? 0,
  };
}
