/** The series that say how a scrape went: Prometheus' «automatically generated» ones. */
import {
  type Appendable,
  type Labels,
  labelPairs,
  labelsOf,
  METRIC_NAME,
  type SeriesRef,
} from "#model";
import type { BatchColumns } from "./batch-columns.ts";

/** One scrape in numbers. */
export interface ScrapeReport {
  readonly isUp: boolean;
  readonly durationMs: number;
  readonly scraped: number;
  readonly kept: number;
  readonly seriesAdded: number;
  readonly timeoutMs: number;
  /** The job's; 0: none. */
  readonly sampleLimit: number;
  /** Uncompressed; 0 for a failed scrape, -1 above the limit. */
  readonly bodyBytes: number;
}

interface ReportSeries {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly isExtra: boolean;
  readonly value: (report: ScrapeReport) => number;
}

const SERIES: readonly ReportSeries[] = [
  {
    name: "up",
    unit: "",
    help: "1 if the target could be scraped, 0 if not.",
    isExtra: false,
    value: (report) => (report.isUp ? 1 : 0),
  },
  {
    name: "scrape_duration_seconds",
    unit: "seconds",
    help: "How long the scrape took.",
    isExtra: false,
    value: (report) => report.durationMs / 1000,
  },
  {
    name: "scrape_samples_scraped",
    unit: "",
    help: "How many samples the target gave.",
    isExtra: false,
    value: (report) => report.scraped,
  },
  {
    name: "scrape_samples_post_metric_relabeling",
    unit: "",
    help: "How many samples were left after metric relabeling.",
    isExtra: false,
    value: (report) => report.kept,
  },
  {
    name: "scrape_series_added",
    unit: "",
    help: "How many series the scrape before did not have.",
    isExtra: false,
    value: (report) => report.seriesAdded,
  },
  {
    name: "scrape_timeout_seconds",
    unit: "seconds",
    help: "The scrape timeout of the target.",
    isExtra: true,
    value: (report) => report.timeoutMs / 1000,
  },
  {
    name: "scrape_sample_limit",
    unit: "",
    help: "The sample limit of the target; 0 if there is none.",
    isExtra: true,
    value: (report) => report.sampleLimit,
  },
  {
    name: "scrape_body_size_bytes",
    unit: "bytes",
    help: "Uncompressed bytes of the answer; 0 for a failed scrape, -1 above the limit.",
    isExtra: true,
    value: (report) => report.bodyBytes,
  },
];

export class ReportSeriesWriter {
  readonly #appendable: Appendable;
  readonly #targetLabels: Labels;
  readonly #refs = new Map<ReportSeries, SeriesRef>();

  constructor(appendable: Appendable, targetLabels: Labels) {
    this.#appendable = appendable;
    this.#targetLabels = targetLabels;
  }

  /** Adds the report to the scrape's batch. Fails as `ensureSeries` does. */
  write(batch: BatchColumns, timestampMs: number, report: ScrapeReport, withExtra: boolean): void {
    for (const series of SERIES) {
      if (series.isExtra && !withExtra) continue;
      batch.push(this.#refOf(series), timestampMs, series.value(report));
    }
  }

  /** Ends all that were written. */
  writeStale(batch: BatchColumns, timestampMs: number): void {
    for (const ref of this.#refs.values()) {
      if (this.#appendable.isLive(ref)) batch.pushStale(ref, timestampMs);
    }
  }

  #refOf(series: ReportSeries): SeriesRef {
    const known = this.#refs.get(series);
    if (known !== undefined && this.#appendable.isLive(known)) return known;
    const { name, unit, help } = series;
    const labels = new Map(labelPairs(this.#targetLabels)).set(METRIC_NAME, name);
    const ref = this.#appendable.ensureSeries(labelsOf(labels));
    const metadata = { family: name, type: "gauge", help, unit } as const;
    this.#appendable.setMetadata(ref, this.#appendable.internMetadata(metadata));
    this.#refs.set(series, ref);
    return ref;
  }
}
