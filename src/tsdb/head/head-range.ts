import { type FloatHistogram, SampleColumns } from "#model";
import { mergeSamples } from "../block/merge-samples.ts";
import { SampleLayer } from "./sample-layer.ts";
import { SpilledSamples } from "./spilled-samples.ts";

/**
 * The samples of one aligned time range. In-order samples go to the first layer. A sample that
 * comes too late for a layer goes to the next one: a clock that went back and an agent that
 * resends its backlog both write in order again, so they fill a second layer at the price of the
 * first. Only what fits none of them is kept uncompressed.
 */
const LAYERS_MAX = 4;

const scratch = [new SampleColumns(), new SampleColumns(), new SampleColumns()] as const;

export class HeadRange {
  readonly minMs: number;
  /** The first millisecond after the range. */
  readonly endMs: number;
  readonly #layers: SampleLayer[] = [];
  readonly #spilled = new SpilledSamples();
  /** The first batch that may have samples here: earlier rows of the log do not. */
  firstSeq = Number.POSITIVE_INFINITY;

  constructor(minMs: number, durationMs: number) {
    this.minMs = minMs;
    this.endMs = minMs + durationMs;
    this.#layers.push(new SampleLayer(minMs - 1));
  }

  get samples(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.samples, this.#spilled.samples);
  }

  /** Series with samples, once for each layer. */
  get streams(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.series, this.#spilled.series);
  }

  /** Time of the first sample, or Infinity. */
  get firstSampleMs(): number {
    return this.#layers.reduce(
      (first, layer) => Math.min(first, layer.firstMs),
      this.#spilled.firstMs,
    );
  }

  get bytes(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.bytes, 0);
  }

  has(ref: number): boolean {
    return this.#layers.some((layer) => layer.count(ref) > 0) || this.#spilled.has(ref);
  }

  /** The way of nearly all samples; false where the series has a later one, then use `insert`. */
  append(
    ref: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): boolean {
    return (this.#layers[0] as SampleLayer).append(ref, timestampMs, low, high, histogram);
  }

  /** Stores a sample at a time that the series does not have yet. */
  insert(
    ref: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): void {
    for (const layer of this.#layers) {
      if (layer.append(ref, timestampMs, low, high, histogram)) return;
    }
    if (this.#layers.length < LAYERS_MAX) {
      const layer = new SampleLayer(this.minMs - 1);
      this.#layers.push(layer);
      layer.append(ref, timestampMs, low, high, histogram);
    } else {
      this.#spilled.insert(ref, timestampMs, low, high, histogram);
    }
  }

  /** Appends the series' samples between both ends (inclusive) to `into`, in time order. */
  read(ref: number, minMs: number, maxMs: number, into: SampleColumns): void {
    const filled = this.#layers.filter((layer) => layer.count(ref) > 0);
    const only = filled[0];
    if (only !== undefined && filled.length === 1 && !this.#spilled.has(ref)) {
      only.read(ref, minMs, maxMs, into);
      return;
    }
    let [merged, target] = scratch;
    const part = scratch[2];
    merged.clear();
    for (const source of [...filled, this.#spilled]) {
      part.clear();
      source.read(ref, minMs, maxMs, part);
      target.clear();
      mergeSamples(merged, 0, part, target);
      [merged, target] = [target, merged];
    }
    into.appendFrom(merged);
  }
}
