import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_HISTOGRAM, SampleColumns, wordsOf } from "#model";
import { SampleLayer } from "./sample-layer.ts";

const STALE = [2, 0x7ff00000] as const;

function wordsOfNumber(value: number): readonly [number, number] {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return [words[0] as number, words[1] as number];
}

const value = fc.oneof(
  fc.constant(5),
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.integer({ min: 0, max: 100_000 }).map((n) => n / 100),
  fc.double(),
  fc.constantFrom(0, -0, Infinity, -Infinity, 2 ** 53, 2 ** 60, 1e-300, 0.1 + 0.2),
);

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant(15_000) },
  fc.integer({ min: 14_990, max: 15_010 }),
  fc.integer({ min: 1, max: 100_000 }),
);

const stream = fc.array(fc.tuple(step, fc.option(value, { nil: null })), { maxLength: 400 });

test("gives back every bit of what went in, for interleaved series", () => {
  fc.assert(
    fc.property(fc.array(stream, { minLength: 1, maxLength: 4 }), (streams) => {
      const layer = new SampleLayer(999);
      const clocks = streams.map(() => 1000);
      const longest = Math.max(...streams.map((samples) => samples.length));
      for (let i = 0; i < longest; i++) {
        for (const [ref, samples] of streams.entries()) {
          const sample = samples[i];
          if (sample === undefined) continue;
          const [low, high] = sample[1] === null ? STALE : wordsOfNumber(sample[1]);
          clocks[ref] = (clocks[ref] ?? 0) + sample[0];
          expect(layer.append(ref, clocks[ref], low, high)).toBe(true);
        }
      }
      for (const [ref, samples] of streams.entries()) {
        const into = new SampleColumns(1);
        layer.read(ref, -Infinity, Infinity, into);
        expect(into.length).toBe(samples.length);
        const words = wordsOf(into.values);
        let timestampMs = 1000;
        for (const [i, [length, content]] of samples.entries()) {
          timestampMs += length;
          expect(into.timestampsMs[i]).toBe(timestampMs);
          const [low, high] = content === null ? STALE : wordsOfNumber(content);
          expect([words[i * 2], words[i * 2 + 1]]).toEqual([low, high]);
        }
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("a constant series with an even step costs 16 bytes for hundreds of samples", () => {
  const layer = new SampleLayer(0);
  const [low, high] = wordsOfNumber(42);
  const before = layer.bytes;
  for (let i = 1; i <= 1000; i++) layer.append(1, i * 1000, low, high);
  expect(layer.samples).toBe(1000);
  // Three slabs would be needed for a thousand samples of nine bytes in many series; one is there.
  expect(layer.bytes - before).toBe(1 << 20);
  const into = new SampleColumns();
  layer.read(1, 500_000, 502_000, into);
  expect(Array.from(into.timestampsMs.subarray(0, into.length))).toEqual([
    500_000, 501_000, 502_000,
  ]);
});

test("refuses a time that is not later, and leaves the stream as it was", () => {
  const layer = new SampleLayer(0);
  const [low, high] = wordsOfNumber(1);
  expect(layer.append(3, 100, low, high)).toBe(true);
  expect(layer.append(3, 100, low, high)).toBe(false);
  expect(layer.append(3, 99, low, high)).toBe(false);
  expect(layer.count(3)).toBe(1);
  expect(layer.newestMs(3)).toBe(100);
  expect(layer.newestMs(2)).toBe(-Infinity);
});

test("counts the bytes of histograms, which cost far less than they say", () => {
  const layer = new SampleLayer(999);
  const floats = new SampleLayer(999);
  const buckets = 50;
  const samples = 200;
  const indexes = Int32Array.from({ length: buckets }, (_, i) => i);
  for (let i = 1; i <= samples; i++) {
    const counts = new Float64Array(buckets).fill(i);
    const histogram = { ...EMPTY_HISTOGRAM, count: i * buckets, positive: { indexes, counts } };
    layer.append(7, 1000 + i, 0, 0, histogram);
    floats.append(7, 1000 + i, 0, 0);
  }
  const bytesPerSample = (layer.bytes - floats.bytes) / samples;
  expect(bytesPerSample).toBeGreaterThan(1);
  expect(bytesPerSample).toBeLessThan((buckets * 8) / 10);
  const into = new SampleColumns();
  layer.read(7, 1000 + samples, 1000 + samples, into);
  expect(into.histograms?.[0]?.positive.counts.at(-1)).toBe(samples);
});
