import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BatchRecorder, readBatch } from "./batch-record.ts";
import { ByteSource } from "./byte-source.ts";

type Sample = readonly [series: number, timestampMs: number, low: number, high: number];

const bits = fc.oneof(
  fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)),
  fc
    .oneof(
      fc.integer(),
      fc.integer({ min: 0, max: 2 ** 50 }),
      fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 1000),
      fc.integer({ min: 0, max: 10 ** 9 }).map((n) => n / 1e6),
      fc.double(),
      fc.constantFrom(-0, 0, 2 ** 27, -(2 ** 27), 2 ** 49, 2 ** 53, Infinity, -Infinity),
    )
    .map((value): [number, number] => {
      const words = new Uint32Array(Float64Array.of(value).buffer);
      return [words[0] as number, words[1] as number];
    }),
  fc.constant<[number, number]>([2, 0x7ff00000]),
);

const sample: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 31 })),
    fc.oneof(fc.constant(1_700_000_000_000), fc.integer({ min: -5, max: 2_000_000_000_000 })),
    bits,
  )
  .map(([series, timestampMs, [low, high]]) => [series, timestampMs, low, high]);

function roundTrip(samples: readonly Sample[]): Sample[] {
  const recorder = new BatchRecorder();
  recorder.begin();
  for (const one of samples) recorder.add(...one);
  const read: Sample[] = [];
  const record = recorder.finish().slice();
  readBatch(new ByteSource(record), (series, { timestampMs, low, high }) => {
    read.push([series, timestampMs, low, high]);
  });
  return read;
}

test("gives back every sample, bit by bit", () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
      expect(roundTrip(samples)).toEqual(samples);
    }),
    { numRuns: 300, seed: 11 },
  );
});

test("a scrape of integers costs less than three bytes a sample", () => {
  const recorder = new BatchRecorder();
  recorder.begin();
  for (let i = 0; i < 1000; i++) {
    const words = new Uint32Array(Float64Array.of(i * 7).buffer);
    recorder.add(500 + i, 1_700_000_000_000, words[0] as number, words[1] as number);
  }
  expect(recorder.finish().length).toBeLessThan(3000);
  expect(recorder.minMs).toBe(1_700_000_000_000);
  expect(recorder.maxMs).toBe(1_700_000_000_000);
});
