import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsOf, writeStaleMarker } from "#model";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { PACKED_MAGNITUDE_MAX } from "./integer-frames.ts";
import { decodeTimeColumn, encodeTimeColumn, readTimeColumn } from "./time-column.ts";
import { decodeValueColumn, encodeValueColumn } from "./value-column.ts";

// Shrinking a column of hundreds of values takes minutes; the seed is printed all the same.
fc.configureGlobal({ endOnFailure: true });

function encoded(values: Float64Array): Uint8Array {
  const out = new ByteWriter(16);
  encodeValueColumn(values, values.length, out);
  out.writeUint32(0xffffffff);
  return out.written().slice();
}

function decoded(bytes: Uint8Array, count: number, from = 0, to = count): Float64Array {
  const into = new Float64Array(to - from + 5).fill(7);
  decodeValueColumn(new ByteReader(bytes, 0, bytes.length - 4), { count, from, to }, into, 2);
  expect([into[0], into[1], into.at(-1)]).toEqual([7, 7, 7]);
  return into.subarray(2, 2 + to - from);
}

function expectSameBits(actual: Float64Array, expected: Float64Array): void {
  expect(wordsOf(actual.slice())).toEqual(wordsOf(expected.slice()));
}

function expectRoundTrip(values: Float64Array): number {
  const bytes = encoded(values);
  expectSameBits(decoded(bytes, values.length), values);
  return bytes.length - 4;
}

/** Doubles of every bit pattern. */
const anyBits = fc
  .array(fc.tuple(fc.nat({ max: 0xffffffff }), fc.nat({ max: 0xffffffff })), {
    minLength: 1,
    maxLength: 700,
    size: "max",
  })
  .map((pairs) => new Float64Array(Uint32Array.from(pairs.flat()).buffer));

const stale = new Float64Array(1);
writeStaleMarker(wordsOf(stale), 0);

const special = fc.constantFrom(
  0,
  -0,
  1,
  Infinity,
  -Infinity,
  NaN,
  0.1,
  -1e-300,
  2 ** 50,
  -(2 ** 53),
);

/** What metrics look like: walks of decimals with resets, specials and stale markers here and there. */
const walk = fc
  .record({
    exponent: fc.nat({ max: 15 }),
    scale: fc.integer({ min: 1, max: 2 ** 40 }),
    steps: fc.array(
      fc.oneof(
        { weight: 20, arbitrary: fc.integer({ min: -3, max: 100 }) },
        { weight: 1, arbitrary: fc.integer() },
      ),
      { minLength: 1, maxLength: 900, size: "max" },
    ),
    specials: fc.array(fc.tuple(fc.nat({ max: 899 }), special), { maxLength: 9, size: "max" }),
    stales: fc.array(fc.nat({ max: 899 }), { maxLength: 2, size: "max" }),
  })
  .map(({ exponent, scale, steps, specials, stales }) => {
    const values = new Float64Array(steps.length);
    let sum = 0;
    steps.forEach((step, i) => (values[i] = (sum += step * scale) / 10 ** exponent));
    for (const [at, value] of specials) if (at < values.length) values[at] = value;
    for (const at of stales) if (at < values.length) writeStaleMarker(wordsOf(values), at);
    return values;
  });

describe("value columns", () => {
  test("keep every bit of arbitrary doubles", () => {
    expect(
      fc.check(fc.property(anyBits, (values) => void expectRoundTrip(values))).counterexample,
    ).toBeNull();
  });

  test("keep every bit of what metrics look like", () => {
    expect(
      fc.check(
        fc.property(walk, (values) => void expectRoundTrip(values)),
        { numRuns: 300 },
      ).counterexample,
    ).toBeNull();
  });

  test("any slice equals that part of the whole", () => {
    const slices = fc.tuple(fc.oneof(walk, anyBits), fc.nat(), fc.nat());
    expect(
      fc.check(
        fc.property(slices, ([values, a, b]) => {
          const from = a % values.length;
          const to = from + (b % (values.length - from + 1));
          expectSameBits(
            decoded(encoded(values), values.length, from, to),
            values.subarray(from, to),
          );
        }),
        { numRuns: 300 },
      ).counterexample,
    ).toBeNull();
  });

  test("hold the extremes of what is packed", () => {
    const max = PACKED_MAGNITUDE_MAX;
    const edges = [max, -max, 0, -max, max, 1, max - 1, 1 - max, 2 ** 32, -(2 ** 32), 2 ** 31];
    expect(
      fc.check(
        fc.property(
          fc.array(fc.constantFrom(...edges), { minLength: 1, maxLength: 600, size: "max" }),
          (list) => {
            expectRoundTrip(Float64Array.from(list));
          },
        ),
      ).counterexample,
    ).toBeNull();
  });

  test("are small where they can be", () => {
    const count = 1440;
    const counter = Float64Array.from({ length: count }, (_, i) => i * 7);
    expect(expectRoundTrip(counter)).toBeLessThan(40);
    expect(expectRoundTrip(new Float64Array(count).fill(NaN))).toBe(9);
    expect(expectRoundTrip(new Float64Array(count).fill(0.1 + 0.2))).toBe(9);
    const pages = Float64Array.from({ length: count }, (_, i) => ((i * 7919) % 16) * 4096);
    expect(expectRoundTrip(pages)).toBeLessThan(count * 0.7);
    let seed = 1;
    const random = (): number => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff;
    let sum = 0;
    const noisy = Float64Array.from({ length: count }, () => (sum += Math.floor(random() * 100)));
    expect(expectRoundTrip(noisy)).toBeLessThan(count * 0.91);
    noisy.fill(0, 700, 701);
    noisy.set(stale, count - 1);
    expect(expectRoundTrip(noisy)).toBeLessThan(count * 0.93);
    const decimals = Float64Array.from({ length: count }, () => Number((random() * 10).toFixed(3)));
    expect(expectRoundTrip(decimals)).toBeLessThan(count * 1.8);
  });

  test("a torn column is an error, never a wrong value", () => {
    const values = Float64Array.from({ length: 600 }, (_, i) => (i * i) % 1000);
    const bytes = encoded(values);
    for (let end = 0; end < bytes.length - 8; end += 7) {
      expect(() => decoded(bytes.subarray(0, end + 4), 600)).toThrow(RangeError);
    }
  });
});

function timeRoundTrip(timestampsMs: Float64Array): number {
  const out = new ByteWriter(16);
  encodeTimeColumn(timestampsMs, timestampsMs.length, out);
  const { length } = out;
  out.writeUint32(0xffffffff);
  const back = decodeTimeColumn(new ByteReader(out.written(), 0, length));
  expect(back).toEqual(timestampsMs);
  return length;
}

describe("time columns", () => {
  test("are cut where the times say, regular or not", () => {
    const grid = fc
      .tuple(fc.integer(), fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 99 }))
      .map(([first, step, count]) =>
        Float64Array.from({ length: count }, (_, i) => first + step * i),
      );
    const listed = fc
      .uniqueArray(fc.integer(), { minLength: 1 })
      .map((list) => Float64Array.from(list).toSorted());
    const cuts = fc.tuple(fc.oneof(grid, listed), fc.double({ noNaN: true }), fc.nat());
    fc.assert(
      fc.property(cuts, ([times, anywhere, near]) => {
        const out = new ByteWriter(16);
        encodeTimeColumn(times, times.length, out);
        out.writeUint32(0xffffffff);
        const column = readTimeColumn(new ByteReader(out.written(), 0, out.length - 4));
        const exact = times[near % times.length] as number;
        for (const timeMs of [anywhere, exact, exact + 0.5, exact - 0.5]) {
          const from = times.findIndex((time) => time >= timeMs);
          expect(column.indexFrom(timeMs)).toBe(from < 0 ? times.length : from);
        }
        const from = column.indexFrom(exact);
        const copied = new Float64Array(times.length - from + 1);
        column.copy(from, times.length, copied, 1);
        expect(copied.subarray(1)).toEqual(times.subarray(from));
      }),
    );
  });

  test("keep arbitrary rising timestamps", () => {
    const rising = fc
      .uniqueArray(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), {
        minLength: 1,
        maxLength: 700,
        size: "max",
      })
      .map((list) => Float64Array.from(list).toSorted());
    expect(
      fc.check(fc.property(rising, (times) => void timeRoundTrip(times))).counterexample,
    ).toBeNull();
  });

  test("a grid costs a few bytes, jitter a few bits", () => {
    const start = 1_780_000_000_123;
    expect(
      timeRoundTrip(Float64Array.from({ length: 5760 }, (_, i) => start + i * 15000)),
    ).toBeLessThan(14);
    const jittered = Float64Array.from(
      { length: 1440 },
      (_, i) => start + i * 15000 + ((i * 7) % 4),
    );
    expect(timeRoundTrip(jittered)).toBeLessThan(460);
  });
});
