import type { SampleColumns } from "#model";

/**
 * Samples of an import in the order of the file, until they are written out by series.
 *
 * Times and values lie in segments; beside them lie *runs*: consecutive samples of one series in
 * one block range. A file sorted by series has few long runs and costs sixteen bytes a sample; one
 * sorted by time has a run per sample. Writing out sorts the runs, never the samples.
 */
const SEGMENT_SAMPLES = 1 << 18;
const BYTES_PER_SAMPLE = 16;
/** Token, range, start, the sorted order, and the copy while the columns grow. */
const BYTES_PER_RUN = 28;

interface Segment {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

export class SampleLog {
  readonly #rangeMs: number;
  readonly #samplesMax: number;
  readonly #runsMax: number;
  readonly #segments: Segment[] = [];
  #segment: Segment = { timestampsMs: new Float64Array(0), values: new Float64Array(0) };
  #at = SEGMENT_SAMPLES;
  #segmentsUsed = 0;
  #runs = 0;
  #runTokens = new Uint32Array(1024);
  #runRanges = new Int32Array(1024);
  #runStarts = new Uint32Array(1024);
  #token = -1;
  #rangeStartMs = 0;
  #rangeEndMs = 0;

  /** Holds what fits `memoryBytesMax`, half of it for samples, the rest for runs. */
  constructor(memoryBytesMax: number, rangeMs: number) {
    this.#rangeMs = rangeMs;
    this.#samplesMax = Math.floor(memoryBytesMax / 2 / BYTES_PER_SAMPLE);
    this.#runsMax = Math.floor(memoryBytesMax / 2 / BYTES_PER_RUN);
  }

  get samples(): number {
    return this.#segmentsUsed === 0 ? 0 : (this.#segmentsUsed - 1) * SEGMENT_SAMPLES + this.#at;
  }

  /** To be asked between chunks of input, each of which is far smaller than the log. */
  get isFull(): boolean {
    return this.samples >= this.#samplesMax || this.#runs >= this.#runsMax;
  }

  add(token: number, timestampMs: number, value: number): void {
    if (
      token !== this.#token ||
      timestampMs < this.#rangeStartMs ||
      timestampMs >= this.#rangeEndMs ||
      this.#at === SEGMENT_SAMPLES
    ) {
      this.#startRun(token, timestampMs);
    }
    this.#segment.timestampsMs[this.#at] = timestampMs;
    this.#segment.values[this.#at++] = value;
  }

  #startRun(token: number, timestampMs: number): void {
    if (this.#at === SEGMENT_SAMPLES) this.#nextSegment();
    if (this.#runs === this.#runTokens.length) this.#growRuns();
    const range = Math.floor(timestampMs / this.#rangeMs);
    this.#token = token;
    this.#rangeStartMs = range * this.#rangeMs;
    this.#rangeEndMs = this.#rangeStartMs + this.#rangeMs;
    this.#runTokens[this.#runs] = token;
    this.#runRanges[this.#runs] = range;
    this.#runStarts[this.#runs++] = (this.#segmentsUsed - 1) * SEGMENT_SAMPLES + this.#at;
  }

  #nextSegment(): void {
    let segment = this.#segments[this.#segmentsUsed++];
    if (segment === undefined) {
      segment = {
        timestampsMs: new Float64Array(SEGMENT_SAMPLES),
        values: new Float64Array(SEGMENT_SAMPLES),
      };
      this.#segments.push(segment);
    }
    this.#segment = segment;
    this.#at = 0;
  }

  #growRuns(): void {
    const capacity = this.#runs * 2;
    const tokens = new Uint32Array(capacity);
    tokens.set(this.#runTokens);
    this.#runTokens = tokens;
    const ranges = new Int32Array(capacity);
    ranges.set(this.#runRanges);
    this.#runRanges = ranges;
    const starts = new Uint32Array(capacity);
    starts.set(this.#runStarts);
    this.#runStarts = starts;
  }

  /** Empties the log and keeps its memory. */
  clear(): void {
    this.#segmentsUsed = 0;
    this.#at = SEGMENT_SAMPLES;
    this.#runs = 0;
    this.#token = -1;
  }

  /** The runs grouped by block range and series; `places[token]` is the series' place in the order. */
  sorted(places: Uint32Array): SortedRuns {
    const tokens = this.#runTokens;
    const ranges = this.#runRanges;
    const numbers = Array.from(new Set(ranges.subarray(0, this.#runs))).toSorted((a, b) => a - b);
    const ordinals = new Map(numbers.map((range, ordinal) => [range, ordinal]));
    const ordered = new Uint32Array(this.#runs);
    for (let i = 0; i < ordered.length; i++) ordered[i] = i;
    const byPlace = countingSort(
      ordered,
      places.length,
      (run) => places[tokens[run] as number] as number,
    );
    const runs = countingSort(
      byPlace,
      numbers.length,
      (run) => ordinals.get(ranges[run] as number) as number,
    );
    return { runs, tokens, ranges };
  }

  /** Appends the samples of a run, in the order of the file. */
  copyRun(run: number, into: SampleColumns): void {
    const start = this.#runStarts[run] as number;
    const end = run + 1 < this.#runs ? (this.#runStarts[run + 1] as number) : this.samples;
    const segment = this.#segments[Math.floor(start / SEGMENT_SAMPLES)] as Segment;
    const from = start % SEGMENT_SAMPLES;
    const count = end - start;
    into.reserve(count);
    if (count === 1) {
      into.timestampsMs[into.length] = segment.timestampsMs[from] as number;
      into.values[into.length] = segment.values[from] as number;
    } else {
      into.timestampsMs.set(segment.timestampsMs.subarray(from, from + count), into.length);
      into.values.set(segment.values.subarray(from, from + count), into.length);
    }
    into.length += count;
  }
}

export interface SortedRuns {
  /** Run numbers in the order of writing. */
  readonly runs: Uint32Array;
  /** By run number. */
  readonly tokens: Uint32Array;
  readonly ranges: Int32Array;
}

/** Stable, in two passes; keys are from 0 to below `keyEnd`. */
function countingSort(
  runs: Uint32Array,
  keyEnd: number,
  keyOf: (run: number) => number,
): Uint32Array {
  const places = new Uint32Array(keyEnd + 1);
  for (const run of runs) (places[keyOf(run) + 1] as number)++;
  for (let key = 0; key < keyEnd; key++) (places[key + 1] as number) += places[key] as number;
  const sorted = new Uint32Array(runs.length);
  for (const run of runs) sorted[(places[keyOf(run)] as number)++] = run;
  return sorted;
}
