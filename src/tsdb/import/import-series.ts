import { compareLabels, type Labels, labelsKey, type MetricMetadata } from "#model";
import { ImportMemoryError } from "./import-errors.ts";

/** Maps, arrays and the strings' headers, besides the text itself. */
const OVERHEAD_BYTES_PER_SERIES = 400;

/**
 * The series of an import. Tokens are given in the order of appearance, so that reading the same
 * file again after a kill gives each series its former token.
 */
export class ImportSeries {
  readonly #memoryBytesMax: number;
  readonly #tokens = new Map<string, number>();
  readonly #labels: Labels[] = [];
  readonly #metadata: (MetricMetadata | null)[] = [];
  #memoryBytes = 0;

  /** Refuses to grow above `memoryBytesMax`. */
  constructor(memoryBytesMax: number) {
    this.#memoryBytesMax = memoryBytesMax;
  }

  get count(): number {
    return this.#labels.length;
  }

  resolve(labels: Labels, metadata: MetricMetadata | null): number {
    const key = labelsKey(labels);
    const known = this.#tokens.get(key);
    if (known !== undefined) {
      if (metadata !== null) this.#metadata[known] = metadata;
      return known;
    }
    this.#memoryBytes += OVERHEAD_BYTES_PER_SERIES + key.length * 2;
    if (this.#memoryBytes > this.#memoryBytesMax) {
      throw new ImportMemoryError(this.count, this.#memoryBytesMax * 2);
    }
    const token = this.#labels.push(labels) - 1;
    this.#metadata.push(metadata);
    this.#tokens.set(key, token);
    return token;
  }

  setMetadata(token: number, metadata: MetricMetadata): void {
    this.#metadata[token] = metadata;
  }

  labels(token: number): Labels {
    return this.#labels[token] as Labels;
  }

  metadata(token: number): MetricMetadata | null {
    return this.#metadata[token] ?? null;
  }

  /** Tokens in the order of their labels. */
  sorted(): Uint32Array {
    const tokens = Uint32Array.from(this.#labels.keys());
    return tokens.toSorted((a, b) => compareLabels(this.labels(a), this.labels(b)));
  }
}
