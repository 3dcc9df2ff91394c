/**
 * One family of a strict document, and the rules for its samples (OpenMetrics 1.0.0, «Metric
 * Types» and «Text format»): which names, labels, values, exemplars each type has, how the
 * samples of one metric stand together, how their times go.
 */
import {
  type Labels,
  labelPairs,
  labelsKey,
  labelsOf,
  labelValue,
  METRIC_NAME,
  type MetricMetadata,
  type MetricType,
} from "#model";
import { familySuffixes } from "./family-suffixes.ts";
import { Fault } from "./fault.ts";
import type { MetadataLine } from "./metadata-line.ts";
import { strictBound } from "./strict-bound.ts";
import { HistogramPoint } from "./strict-histogram.ts";
import type { StrictSample } from "./strict-line.ts";

/** A family as a strict document gives it. */
export interface StrictFamily extends MetricMetadata {
  /** Where its first line starts, in bytes. */
  readonly position: number;
  /** Whether a TYPE line says so, rather than its absence. */
  readonly hasType: boolean;
  readonly samples: readonly StrictSample[];
}

/** Collects a family's lines and checks them as they come. */
export class StrictFamilyBuilder {
  readonly name: string;
  readonly position: number;
  readonly #said = new Map<MetadataLine["kind"], string>();
  readonly #samples: StrictSample[] = [];
  readonly #groups = new Set<string>();
  /** Series of the present metric point, by their labels. */
  readonly #pointSeries = new Set<string>();
  #group: string | null = null;
  #timestampSeconds: number | null = null;
  #point: HistogramPoint | null = null;

  /** `position` is where the family's first line starts. */
  constructor(name: string, position: number) {
    this.name = name;
    this.position = position;
  }

  get type(): MetricType {
    return (this.#said.get("type") ?? "unknown") as MetricType;
  }

  /** Whether the sample's name is one that the family's type has. */
  owns(sampleName: string): boolean {
    return familySuffixes[this.type].some((suffix) => this.name + suffix === sampleName);
  }

  addMetadata(line: MetadataLine, position: number): void {
    const word = line.kind.toUpperCase();
    if (this.#samples.length > 0) fail(position, `${word} of ${this.name} after its samples`);
    if (this.#said.has(line.kind)) fail(position, `a second ${word} of ${this.name}`);
    this.#said.set(line.kind, line.value);
  }

  addSample(sample: StrictSample): void {
    const suffix = sample.name.slice(this.name.length);
    checkLabels(sample, this.name, this.type, suffix);
    checkValue(sample, this.type, suffix);
    const allowsExemplar =
      (suffix === "_bucket" && this.type !== "unknown" && this.type !== "gauge") ||
      (this.type === "counter" && suffix === "_total");
    if (sample.exemplar !== null && !allowsExemplar) {
      fail(sample.position, "only buckets and the totals of counters have exemplars");
    }
    this.#place(sample, suffix);
    this.#point?.add(sample, suffix);
    this.#samples.push(sample);
  }

  /** Ends the family. */
  finish(): StrictFamily {
    this.#point?.finish();
    const { name, type } = this;
    const unit = this.#said.get("unit") ?? "";
    if (unit !== "" && (type === "info" || type === "stateset")) {
      fail(this.position, `${name} has a unit, which type ${type} does not have`);
    }
    const help = this.#said.get("help") ?? "";
    const hasType = this.#said.has("type");
    const { position } = this;
    return { family: name, type, help, unit, position, hasType, samples: this.#samples };
  }

  /** Checks that the sample continues its metric, in time order, or starts a new one. */
  #place(sample: StrictSample, suffix: string): void {
    if (this.type === "info") return this.#placeInfo(sample);
    const group = labelsKey(this.#groupLabels(sample.labels, suffix));
    if (group !== this.#group) {
      if (this.#groups.has(group)) fail(sample.position, "the samples of a metric are interleaved");
      this.#groups.add(group);
      this.#group = group;
      this.#startPoint(sample);
    } else if (sample.timestampSeconds !== this.#timestampSeconds) {
      this.#checkTime(sample);
      this.#startPoint(sample);
    }
    this.#checkUnique(sample);
  }

  /** Labels of an info tell its metrics apart and carry its data: there are no groups to check. */
  #placeInfo(sample: StrictSample): void {
    this.#timestampSeconds = sample.timestampSeconds;
    this.#checkUnique(sample);
  }

  #checkUnique(sample: StrictSample): void {
    if (sample.timestampSeconds !== null) return;
    const key = labelsKey(sample.labels);
    if (this.#pointSeries.has(key)) fail(sample.position, "the series is there twice");
    this.#pointSeries.add(key);
  }

  #checkTime(sample: StrictSample): void {
    const before = this.#timestampSeconds;
    const now = sample.timestampSeconds;
    if (before === null || now === null) {
      fail(sample.position, "some samples of a metric have a timestamp and some do not");
    }
    if (now < before) fail(sample.position, "the timestamps of a metric go backwards");
  }

  #startPoint(sample: StrictSample): void {
    this.#point?.finish();
    this.#timestampSeconds = sample.timestampSeconds;
    this.#pointSeries.clear();
    const isHistogram = this.type === "histogram" || this.type === "gaugehistogram";
    this.#point = isHistogram ? new HistogramPoint(this.name, sample.position) : null;
  }

  /** The labels of the metric: without those that tell its samples apart. */
  #groupLabels(labels: Labels, suffix: string): Labels {
    const inner = innerLabel(this.name, this.type, suffix);
    return labelsOf(
      Array.from(labelPairs(labels)).filter(([name]) => name !== METRIC_NAME && name !== inner),
    );
  }
}

/** The label that tells the samples of one metric apart. */
function innerLabel(family: string, type: MetricType, suffix: string): string | null {
  if (suffix === "_bucket") return "le";
  if (type === "summary" && suffix === "") return "quantile";
  return type === "stateset" ? family : null;
}

function checkLabels(sample: StrictSample, family: string, type: MetricType, suffix: string): void {
  const { labels, position } = sample;
  const isBucket = suffix === "_bucket" && (type === "histogram" || type === "gaugehistogram");
  if (isBucket) strictBound(sample, "le");
  if (type === "summary" && suffix === "") {
    const quantile = strictBound(sample, "quantile");
    if (quantile < 0 || quantile > 1) fail(position, "a quantile is a number from 0 to 1");
  }
  if (type === "stateset" && labelValue(labels, family) === "") {
    fail(position, `a sample of a stateset has a label with the family's name, ${family}`);
  }
}

const counted = new Set(["_total", "_bucket", "_count", "_gcount"]);
const integers = new Set(["_bucket", "_count", "_gcount"]);

function checkValue(sample: StrictSample, type: MetricType, suffix: string): void {
  const { value, position } = sample;
  if (type === "stateset" && value !== 0 && value !== 1) {
    fail(position, "the value of a stateset's sample is 0 or 1");
  }
  if (type === "info" && value !== 1) fail(position, "the value of an info's sample is 1");
  if (type === "summary" && suffix === "" && value < 0) fail(position, "a quantile is negative");
  if (type === "unknown" || type === "gauge" || type === "info" || type === "stateset") return;
  const isCount = counted.has(suffix);
  if ((isCount || suffix === "_sum" || suffix === "_gsum") && Number.isNaN(value)) {
    fail(position, `the value of ${suffix} is not a number`);
  }
  if ((isCount || suffix === "_sum") && value < 0) fail(position, `${suffix} is negative`);
  if (integers.has(suffix) && !Number.isInteger(value)) {
    fail(position, `${suffix} must be a whole number`);
  }
}

function fail(position: number, reason: string): never {
  throw new Fault(position, reason, "exposition_rule");
}
