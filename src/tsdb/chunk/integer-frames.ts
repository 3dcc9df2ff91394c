import { bitLength, ONE_LOAD_BITS_MAX, packBits, unpackBits } from "./bit-packing.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/**
 * A column of integers in frames of 256, each bit-packed at its own width.
 *
 * A frame is either *delta* (each number against the one before: counters, wandering gauges) or *line*
 * (each against a straight line from the first: jittered clocks, noise around a level), whichever is
 * smaller. What is packed is the distance from the frame's least one. A few outliers (a counter's
 * reset, a missed scrape) would widen the whole frame, so they are left out of the packing and listed
 * behind it ("patched frame of reference", Zukowski et al. 2006).
 *
 * Frames need nothing of each other but the first number, so a reader skips to the one it wants.
 * Format: docs/formats/chunk.md.
 */
export const FRAME_NUMBERS_MAX = 256;

/** Magnitudes above this are not packed: their differences of differences stay exact in a double. */
export const PACKED_MAGNITUDE_MAX = 2 ** 50;

const LINE_FLAG = 0x40;
const OUTLIERS_FLAG = 0x80;
const WIDTH_MASK = 0x3f;
const LANE = 0x100000000;

const residuals = new Float64Array(FRAME_NUMBERS_MAX);
const lineResiduals = new Float64Array(FRAME_NUMBERS_MAX);
const lowLane = new Uint32Array(FRAME_NUMBERS_MAX);
const highLane = new Uint32Array(FRAME_NUMBERS_MAX);
const lengthCounts = new Uint32Array(64);
const sampledWindow = new Float64Array(7);

interface FramePlan {
  reference: number;
  width: number;
  outliers: number;
  bits: number;
}
const plan: FramePlan = { reference: 0, width: 0, outliers: 0, bits: 0 };

/** Integers of magnitude up to `PACKED_MAGNITUDE_MAX`; at least one. */
export function encodeIntegerFrames(numbers: Float64Array, count: number, out: ByteWriter): void {
  let previousFirst = 0;
  for (let start = 0; start < count; start += FRAME_NUMBERS_MAX) {
    const size = Math.min(FRAME_NUMBERS_MAX, count - start);
    const first = numbers[start] as number;
    encodeFrame(numbers, start, size, out, first - previousFirst);
    previousFirst = first;
  }
}

function encodeFrame(
  numbers: Float64Array,
  start: number,
  size: number,
  out: ByteWriter,
  firstDifference: number,
): void {
  const count = size - 1;
  let least = Infinity;
  let most = -Infinity;
  let before = numbers[start] as number;
  for (let i = 0; i < count; i++) {
    const number = numbers[start + i + 1] as number;
    const delta = number - before;
    before = number;
    residuals[i] = delta;
    if (delta < least) least = delta;
    if (delta > most) most = delta;
  }
  if (count === 0) least = most = 0;
  planWithoutOutliers(least, most, count);
  if (plan.width > 1) {
    planWithOutliers(count, most - least);
    if (plan.width > 1 && tryLine(numbers, start, size, out, firstDifference)) return;
  }
  out.writeByte(plan.width | (plan.outliers > 0 ? OUTLIERS_FLAG : 0));
  out.writeZigzag(firstDifference);
  out.writeZigzag(plan.reference);
  writeResiduals(residuals, count, out);
}

/** Writes the frame as a line if that is smaller than the plan made for its deltas. */
function tryLine(
  numbers: Float64Array,
  start: number,
  size: number,
  out: ByteWriter,
  firstDifference: number,
): boolean {
  const count = size - 1;
  const first = numbers[start] as number;
  const slope = Math.round(((numbers[start + count] as number) - first) / count);
  let least = 0;
  let most = 0;
  // A few residuals usually tell that a line is no better; every one of them is looked at only if not.
  for (let i = 16; i < count; i += 32) {
    const residual = (numbers[start + i + 1] as number) - first - slope * (i + 1);
    if (residual < least) least = residual;
    if (residual > most) most = residual;
  }
  if (bitLength(most - least) * count >= plan.bits) return false;
  for (let i = 0; i < count; i++) {
    const residual = (numbers[start + i + 1] as number) - first - slope * (i + 1);
    lineResiduals[i] = residual;
    if (residual < least) least = residual;
    if (residual > most) most = residual;
  }
  const width = bitLength(most - least);
  const slopeBits = 8 * Math.ceil((bitLength(Math.abs(slope)) + 2) / 7);
  if (width * count + slopeBits >= plan.bits) return false;
  planWithoutOutliers(least, most, count);
  out.writeByte(width | LINE_FLAG);
  out.writeZigzag(firstDifference);
  out.writeZigzag(least);
  out.writeZigzag(slope);
  writeResiduals(lineResiduals, count, out);
  return true;
}

function planWithoutOutliers(least: number, most: number, count: number): void {
  plan.reference = least;
  plan.width = bitLength(most - least);
  plan.outliers = 0;
  plan.bits = plan.width * count;
}

/**
 * Looks for a narrower width around the median that leaves some deltas out. Distances from the
 * median are counted by bit length, so one pass prices every width; the exact bounds of those kept
 * are then taken in a second pass.
 */
function planWithOutliers(count: number, spread: number): void {
  const sampled = sampledResiduals(count);
  const sampledSpread = (sampled.at(-2) ?? 0) - (sampled[1] ?? 0);
  // Most of a few deltas, taken anywhere, spread as far as all of them: no outliers to speak of.
  if (bitLength(sampledSpread) >= plan.width - 1) return;
  const center = sampled[sampled.length >>> 1] as number;
  const lengthMax = bitLength(spread);
  lengthCounts.fill(0, 0, lengthMax + 1);
  for (let i = 0; i < count; i++) {
    const length = bitLength(Math.abs((residuals[i] as number) - center));
    (lengthCounts[length] as number)++;
  }
  let bestLength = -1;
  let bestBits = plan.bits;
  let outliers = 0;
  let outlierBits = 8;
  for (let length = lengthMax - 1; length >= 0; length--) {
    const added = lengthCounts[length + 1] as number;
    outliers += added;
    outlierBits += added * 8 * (1 + Math.ceil((length + 3) / 7));
    const bits = (length === 0 ? 0 : length + 1) * count + outlierBits;
    if (outliers < count && bits < bestBits) {
      bestBits = bits;
      bestLength = length;
    }
  }
  if (bestLength >= 0) keepWithin(center, bestLength, count, bestBits);
}

function keepWithin(center: number, length: number, count: number, bits: number): void {
  const distanceEnd = 2 ** length;
  let least = Infinity;
  let most = -Infinity;
  let outliers = 0;
  for (let i = 0; i < count; i++) {
    const residual = residuals[i] as number;
    if (Math.abs(residual - center) >= distanceEnd) {
      outliers++;
    } else {
      if (residual < least) least = residual;
      if (residual > most) most = residual;
    }
  }
  if (outliers === 0 || outliers === count) return;
  plan.reference = least;
  plan.width = bitLength(most - least);
  plan.outliers = outliers;
  plan.bits = bits;
}

/** Some of the residuals, sorted. */
function sampledResiduals(count: number): Float64Array {
  const size = Math.min(count, sampledWindow.length);
  for (let i = 0; i < size; i++) {
    sampledWindow[i] = residuals[Math.floor((i * count) / size)] as number;
  }
  return sampledWindow.subarray(0, size).toSorted();
}

/** Outliers first (count, gaps between positions, distances), then the packed lanes. */
function writeResiduals(source: Float64Array, count: number, out: ByteWriter): void {
  const { reference, width, outliers } = plan;
  const end = 2 ** width;
  if (outliers > 0) writeOutliers(source, count, out);
  const wide = width > 32;
  for (let i = 0; i < count; i++) {
    let distance = (source[i] as number) - reference;
    if (outliers > 0 && (distance < 0 || distance >= end)) distance = 0;
    // Storing into 32 bits keeps the low ones: exactly the lane that is wanted.
    lowLane[i] = distance;
    if (wide) highLane[i] = distance / LANE;
  }
  packBits(lowLane, count, Math.min(width, 32), out);
  if (wide) packBits(highLane, count, width - 32, out);
}

function writeOutliers(source: Float64Array, count: number, out: ByteWriter): void {
  const { reference, width } = plan;
  const end = 2 ** width;
  let outliers = 0;
  for (let i = 0; i < count; i++) {
    const distance = (source[i] as number) - reference;
    if (distance < 0 || distance >= end) outliers++;
  }
  out.writeVarint(outliers);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const distance = (source[i] as number) - reference;
    if (distance < 0 || distance >= end) {
      out.writeByte(i - next);
      out.writeZigzag(distance);
      next = i + 1;
    }
  }
}

/** Reads frames one after the other; `count` numbers lie ahead. */
export class IntegerFrameReader {
  readonly #reader: ByteReader;
  #first = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Decodes the next frame, which has `size` numbers, to `into[at]` and on. */
  read(size: number, into: Float64Array, at: number): void {
    const reader = this.#reader;
    const head = reader.readByte();
    const first = this.#first + reader.readZigzag();
    const reference = reader.readZigzag();
    this.#first = first;
    const isLine = (head & LINE_FLAG) !== 0;
    const slope = isLine ? reader.readZigzag() : 0;
    const width = head & WIDTH_MASK;
    const count = size - 1;
    into[at] = first;
    if (head <= ONE_LOAD_BITS_MAX) {
      sumDistances(reader, count, { width, reference }, into, at);
      return;
    }
    if ((head & OUTLIERS_FLAG) !== 0) readWithOutliers(reader, count, width, into, at + 1);
    else readDistances(reader, count, width, into, at + 1);
    if (isLine) addLine(into, at, count, { first, slope, reference });
    else addUp(into, at, count, reference);
  }

  /** Passes over a frame of `size` numbers. */
  skip(size: number): void {
    const reader = this.#reader;
    const head = reader.readByte();
    this.#first += reader.readZigzag();
    reader.readVarint();
    if ((head & LINE_FLAG) !== 0) reader.readVarint();
    if ((head & OUTLIERS_FLAG) !== 0) {
      const outliers = reader.readVarint();
      for (let i = 0; i < outliers; i++) {
        reader.skip(1);
        reader.readVarint();
      }
    }
    const width = head & WIDTH_MASK;
    reader.skip(Math.ceil(((size - 1) * Math.min(width, 32)) / 8));
    if (width > 32) reader.skip(Math.ceil(((size - 1) * (width - 32)) / 8));
  }
}

function addLine(
  into: Float64Array,
  at: number,
  count: number,
  line: { first: number; slope: number; reference: number },
): void {
  let base = line.first + line.reference;
  for (let i = at + 1; i <= at + count; i++) {
    base += line.slope;
    into[i] = base + (into[i] as number);
  }
}

function addUp(into: Float64Array, at: number, count: number, reference: number): void {
  let sum = into[at] as number;
  for (let i = at + 1; i <= at + count; i++) {
    sum += reference + (into[i] as number);
    into[i] = sum;
  }
}

/** The usual frame, deltas of few bits without outliers: unpacked and added up in one pass. */
function sumDistances(
  reader: ByteReader,
  count: number,
  frame: { width: number; reference: number },
  into: Float64Array,
  at: number,
): void {
  const { width, reference } = frame;
  const { view } = reader;
  const mask = (1 << width) - 1;
  let bit = reader.position * 8;
  reader.skip(Math.ceil((count * width) / 8));
  let sum = into[at] as number;
  for (let i = at + 1; i <= at + count; i++, bit += width) {
    sum += reference + ((view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask);
    into[i] = sum;
  }
}

function readDistances(
  reader: ByteReader,
  count: number,
  width: number,
  into: Float64Array,
  at: number,
): void {
  if (width === 0) {
    into.fill(0, at, at + count);
    return;
  }
  unpackBits(reader, count, Math.min(width, 32), lowLane);
  if (width <= 32) {
    for (let i = 0; i < count; i++) into[at + i] = lowLane[i] as number;
    return;
  }
  unpackBits(reader, count, width - 32, highLane);
  for (let i = 0; i < count; i++) {
    into[at + i] = (lowLane[i] as number) + (highLane[i] as number) * LANE;
  }
}

const outlierPositions = new Uint8Array(FRAME_NUMBERS_MAX);
const outlierDistances = new Float64Array(FRAME_NUMBERS_MAX);

function readWithOutliers(
  reader: ByteReader,
  count: number,
  width: number,
  into: Float64Array,
  at: number,
): void {
  const outliers = reader.readVarint();
  if (outliers > count) throw new RangeError("more outliers than numbers in a frame");
  let next = 0;
  for (let i = 0; i < outliers; i++) {
    const position = next + reader.readByte();
    if (position >= count) throw new RangeError("outlier outside its frame");
    outlierPositions[i] = position;
    outlierDistances[i] = reader.readZigzag();
    next = position + 1;
  }
  readDistances(reader, count, width, into, at);
  for (let i = 0; i < outliers; i++) {
    into[at + (outlierPositions[i] as number)] = outlierDistances[i] as number;
  }
}
