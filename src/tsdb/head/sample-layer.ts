import { type FloatHistogram, SampleColumns } from "#model";
import { grownUint32 } from "../series/growing-column.ts";
import { HistogramTrack } from "./histogram-track.ts";
import { BlockArena, LARGEST_LOG2, roomAt, SMALLEST_LOG2 } from "./block-arena.ts";
import {
  decodeSamples,
  type PreviousValue,
  putSample,
  RUN_FIRST,
  RUN_MAX,
  SAMPLE_BYTES_MAX,
} from "./sample-codec.ts";

/**
 * One compressed stream of samples per series, times rising, for one time range. A series' state is
 * eight words side by side (one cache line serves two series), not an object.
 */
const STATE_LOG2 = 3;
/** Address of the first block; 0: no samples. */
const FIRST = 0;
/** Where the next byte goes. */
const CURSOR = 1;
const TIME = 2;
const STEP = 3;
const VALUE_LOW = 4;
const VALUE_HIGH = 5;
const COUNT = 6;
/** log2 of the current block's bytes | length of the open run << 8. */
const SHAPE = 7;

const SLAB_MASK = (1 << 20) - 1;

// One thread, no reentrance: the scratch of all layers.
const scratch = new Uint8Array(SAMPLE_BYTES_MAX);
const previous: PreviousValue = { low: 0, high: 0 };
let gathered: Uint8Array = new Uint8Array(4096);
const whole = new SampleColumns();

export class SampleLayer {
  readonly #arena = new BlockArena();
  readonly #originMs: number;
  #state: Uint32Array<ArrayBuffer> = new Uint32Array(512);
  #samples = 0;
  #series = 0;
  #firstTime = Infinity;
  /** Of the series that have histograms here. */
  readonly #tracks = new Map<number, HistogramTrack>();
  #trackBytes = 0;

  /** `originMs` is one millisecond before the first time that may come. */
  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  get samples(): number {
    return this.#samples;
  }

  get series(): number {
    return this.#series;
  }

  /** Time of the first sample of all series, or Infinity. */
  get firstMs(): number {
    return this.#firstTime + this.#originMs;
  }

  get bytes(): number {
    return this.#arena.allocatedBytes + this.#state.byteLength + this.#trackBytes;
  }

  count(ref: number): number {
    return this.#state[(ref << STATE_LOG2) + COUNT] ?? 0;
  }

  /** Newest time of the series here, or -Infinity. */
  newestMs(ref: number): number {
    const base = ref << STATE_LOG2;
    return this.count(ref) === 0
      ? Number.NEGATIVE_INFINITY
      : (this.#state[base + TIME] as number) + this.#originMs;
  }

  /**
   * False, and nothing done, where the series has a sample at that time or later. The value of a
   * histogram is its sum.
   */
  append(
    ref: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): boolean {
    const base = ref << STATE_LOG2;
    if (base + STATE_LOG2 >= this.#state.length) {
      this.#state = grownUint32(this.#state, base + (1 << STATE_LOG2));
    }
    const state = this.#state;
    const time = timestampMs - this.#originMs;
    const step = time - (state[base + TIME] as number);
    if (step <= 0) return false;
    const count = state[base + COUNT] as number;
    const change = (step - (state[base + STEP] as number)) | 0;
    previous.low = state[base + VALUE_LOW] as number;
    previous.high = state[base + VALUE_HIGH] as number;
    if (count > 1 && change === 0 && previous.low === low && previous.high === high) {
      this.#extendRun(base);
    } else {
      const length = putSample(scratch, change, previous, low, high);
      this.#write(base, length);
      state[base + SHAPE] = (state[base + SHAPE] as number) & 0xff;
      state[base + VALUE_LOW] = low;
      state[base + VALUE_HIGH] = high;
    }
    if (count === 0) {
      this.#series += 1;
      if (time < this.#firstTime) this.#firstTime = time;
    }
    state[base + TIME] = time;
    state[base + STEP] = count === 0 ? 0 : step;
    state[base + COUNT] = count + 1;
    this.#samples += 1;
    if (histogram !== undefined) this.#addHistogram(ref, count, histogram);
    return true;
  }

  /** Appends the series' samples between both ends (inclusive) to `into`. */
  read(ref: number, minMs: number, maxMs: number, into: SampleColumns): void {
    const track = this.#tracks.get(ref);
    if (track === undefined) {
      this.#readStream(ref, minMs, maxMs, into);
      return;
    }
    // Histograms are found by their place in the stream, so all of it is looked at.
    whole.clear();
    this.#readStream(ref, -Infinity, Infinity, whole);
    const from = indexAt(whole, minMs);
    const to = indexAt(whole, Math.floor(maxMs) + 1);
    const at = into.length;
    into.appendFrom(whole, from, to);
    track.read(from, to, into, at);
  }

  #addHistogram(ref: number, index: number, histogram: FloatHistogram): void {
    let track = this.#tracks.get(ref);
    const before = track?.bytes ?? 0;
    if (track === undefined) this.#tracks.set(ref, (track = new HistogramTrack()));
    track.add(index, histogram);
    this.#trackBytes += track.bytes - before;
  }

  #readStream(ref: number, minMs: number, maxMs: number, into: SampleColumns): void {
    const base = ref << STATE_LOG2;
    const count = this.count(ref);
    if (count === 0) return;
    const first = this.#state[base + FIRST] as number;
    const cursor = this.#state[base + CURSOR] as number;
    const stream = this.#arena.gather(first, cursor, gathered);
    gathered = stream.bytes;
    into.reserve(count);
    decodeSamples(stream.bytes, stream.length, { originMs: this.#originMs, minMs, maxMs }, into);
  }

  #extendRun(base: number): void {
    const shape = this.#state[base + SHAPE] as number;
    const run = shape >>> 8;
    if (run === 0 || run === RUN_MAX) {
      scratch[0] = RUN_FIRST;
      this.#write(base, 1);
      this.#state[base + SHAPE] = ((this.#state[base + SHAPE] as number) & 0xff) | (1 << 8);
      return;
    }
    // The run's byte is the last one written, so it lies just before the cursor.
    const last = (this.#state[base + CURSOR] as number) - 1;
    this.#arena.slabOf(last)[last & SLAB_MASK] = RUN_FIRST + run;
    this.#state[base + SHAPE] = shape + (1 << 8);
  }

  /** Puts the first `length` bytes of the scratch behind the series' stream. */
  #write(base: number, length: number): void {
    const state = this.#state;
    let cursor = state[base + CURSOR] as number;
    let log2 = (state[base + SHAPE] as number) & 0xff;
    if (cursor === 0) {
      log2 = SMALLEST_LOG2;
      cursor = this.#arena.allocate(log2);
      state[base + FIRST] = cursor;
    }
    let written = 0;
    for (;;) {
      const take = Math.min(length - written, roomAt(cursor, log2));
      const slab = this.#arena.slabOf(cursor);
      const at = cursor & SLAB_MASK;
      for (let i = 0; i < take; i++) slab[at + i] = scratch[written + i] as number;
      written += take;
      cursor += take;
      if (written === length) break;
      const nextLog2 = Math.min(log2 + 1, LARGEST_LOG2);
      const next = this.#arena.allocate(nextLog2);
      this.#arena.link(cursor, log2, next);
      cursor = next;
      log2 = nextLog2;
    }
    state[base + CURSOR] = cursor;
    state[base + SHAPE] = ((state[base + SHAPE] as number) & ~0xff) | log2;
  }
}

/** The first index whose time is not below `timeMs`. */
function indexAt({ length, timestampsMs }: SampleColumns, timeMs: number): number {
  let index = 0;
  while (index < length && (timestampsMs[index] as number) < timeMs) index += 1;
  return index;
}
