import { assert } from "#lib/assert";
import { type CollectedFamily, valuesPerSeries } from "./collected-family.ts";
import { telemetryLimits } from "./limits.ts";
import type { MetricDefinition } from "./metric-definition.ts";

/** What an open label becomes once the family is full. */
const OVERFLOW_VALUE = "other";

/**
 * The series of one family: their numbers side by side in one typed array, so that a count is one
 * indexed addition. Series are bound once and never leave, which keeps every offset valid.
 *
 * Past `seriesMax` new combinations share series whose open labels read `other`; if even those are
 * too many, one series in which every label does. Nothing that a stranger sends makes it grow.
 */
export class SeriesTable {
  readonly definition: MetricDefinition;
  readonly width: number;
  values: Float64Array;
  /** Combinations that had to share a series. */
  overflowed = 0;
  #labelValues: string[] = [];
  #offsets = new Map<string, number>();

  constructor(definition: MetricDefinition) {
    this.definition = definition;
    this.width = valuesPerSeries(definition);
    this.values = new Float64Array(this.width * 4);
  }

  /** Where the numbers of the series with these label values begin. */
  offsetOf(labelValues: readonly string[]): number {
    const { labels, name } = this.definition;
    assert(labelValues.length === labels.length, `${name} has ${labels.length} labels`);
    const known = this.#offsets.get(keyOf(labelValues));
    return known ?? this.#bind(labelValues);
  }

  collect(): CollectedFamily {
    return {
      definition: this.definition,
      labelValues: this.#labelValues.slice(),
      values: this.values.slice(0, this.#offsets.size * this.width),
    };
  }

  #bind(labelValues: readonly string[]): number {
    const cut = labelValues.map((value) => value.slice(0, telemetryLimits.labelValueLengthMax));
    const { labels, openLabels, seriesMax } = this.definition;
    const shared = cut.map((value, i) =>
      openLabels.includes(labels[i] ?? "") ? OVERFLOW_VALUE : value,
    );
    const everyOther = labels.map(() => OVERFLOW_VALUE);
    // Shared series get as much room again; the very last one is always allowed.
    if (this.#fits(cut, seriesMax)) return this.#insert(cut);
    this.overflowed += 1;
    if (openLabels.length > 0 && this.#fits(shared, seriesMax * 2)) return this.#insert(shared);
    return this.#insert(everyOther);
  }

  #fits(labelValues: readonly string[], max: number): boolean {
    return this.#offsets.size < max || this.#offsets.has(keyOf(labelValues));
  }

  #insert(labelValues: readonly string[]): number {
    const key = keyOf(labelValues);
    const known = this.#offsets.get(key);
    if (known !== undefined) return known;
    const offset = this.#offsets.size * this.width;
    if (offset + this.width > this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.#offsets.set(key, offset);
    this.#labelValues.push(...labelValues);
    return offset;
  }
}

/** Equal for equal values and for no others: lengths keep neighbours apart. */
function keyOf(labelValues: readonly string[]): string {
  if (labelValues.length === 1) return labelValues[0] ?? "";
  let key = "";
  for (const value of labelValues) key += `${value.length}:${value}`;
  return key;
}
