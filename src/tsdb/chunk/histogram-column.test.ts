import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EMPTY_HISTOGRAM,
  equalHistograms,
  type FloatHistogram,
  SampleColumns,
  wordsOf,
  writeStaleMarker,
} from "#model";
import { storedHints } from "../../../test/seams/expected-hint.ts";
import type { FakeValue } from "../../../test/fakes/queryable-fake.ts";
import { histogramSeriesArbitrary } from "../../../test/seams/histogram-arbitrary.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { decodeSampleColumn, encodeSampleColumn } from "./sample-column.ts";

function columnsOf(values: readonly FakeValue[]): SampleColumns {
  const columns = new SampleColumns(values.length);
  const words = wordsOf(columns.values);
  values.forEach((value, i) => {
    columns.timestampsMs[i] = i;
    if (value === "stale") writeStaleMarker(words, i);
    else if (typeof value === "number") columns.values[i] = value;
    else {
      columns.values[i] = value.sum;
      columns.setHistogram(i, value);
    }
  });
  columns.length = values.length;
  return columns;
}

function encoded(values: readonly FakeValue[]): Uint8Array {
  const out = new ByteWriter();
  encodeSampleColumn(columnsOf(values), out);
  out.writeUint32(0xffffffff);
  return out.written().slice();
}

function decoded(bytes: Uint8Array, count: number, from = 0, to = count): SampleColumns {
  const into = new SampleColumns(to - from + 3);
  into.length = 2;
  decodeSampleColumn(new ByteReader(bytes, 0, bytes.length - 4), { count, from, to }, into);
  into.length = 2 + to - from;
  const own = new SampleColumns();
  own.appendFrom(into, 2);
  return own;
}

function withHints(values: readonly FakeValue[]): readonly FakeValue[] {
  const hints = storedHints(values);
  return values.map((value, i) =>
    typeof value === "object" ? { ...value, counterResetHint: hints[i] ?? "unknown" } : value,
  );
}

/** Floats by their bits, histograms whole. */
function contentOf(columns: SampleColumns): unknown[] {
  const words = wordsOf(columns.values);
  return Array.from(
    { length: columns.length },
    (_, i) => columns.histograms?.[i] ?? [words[2 * i], words[2 * i + 1]],
  );
}

function grownTo(buckets: number, count: number): FloatHistogram {
  return {
    ...EMPTY_HISTOGRAM,
    schema: 3,
    zeroThreshold: 2 ** -128,
    zeroCount: 1,
    count: 1 + buckets * count,
    sum: count * 1.5,
    positive: {
      indexes: Int32Array.from({ length: buckets }, (_, i) => i - 20),
      counts: new Float64Array(buckets).fill(count),
    },
  };
}

/** What decoding ends with where it fails. */
function failureOf(bytes: Uint8Array, count: number): unknown {
  try {
    decoded(bytes, count);
    return null;
  } catch (error) {
    return error;
  }
}

describe("a column with histograms", () => {
  test("gives back every count and every hint", () => {
    fc.assert(
      fc.property(histogramSeriesArbitrary, (values) => {
        const back = decoded(encoded(values), values.length);
        expect(contentOf(back)).toEqual(contentOf(columnsOf(withHints(values))));
      }),
      { numRuns: 300 },
    );
  });

  test("gives back any slice", () => {
    fc.assert(
      fc.property(histogramSeriesArbitrary, fc.nat(), fc.nat(), (values, a, b) => {
        const [from = 0, to = 0] = [a, b]
          .map((cut) => cut % (values.length + 1))
          .toSorted((x, y) => x - y);
        if (from === to) return;
        const back = decoded(encoded(values), values.length, from, to);
        const expected = contentOf(columnsOf(withHints(values))).slice(from, to);
        expect(contentOf(back)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("survives a changed byte, though a checksum would have told of it", () => {
    fc.assert(
      fc.property(
        histogramSeriesArbitrary,
        fc.nat(),
        fc.nat({ max: 254 }),
        (values, at, change) => {
          if (values.length === 0) return;
          const bytes = encoded(values);
          const place = at % (bytes.length - 4);
          bytes[place] = ((bytes[place] ?? 0) + 1 + change) & 0xff;
          const failure = failureOf(bytes, values.length);
          expect(failure === null || failure instanceof RangeError).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("holds what does not fit into one run", () => {
    const wide = Array.from({ length: 40 }, (_, i) => grownTo(60_000, i + (i === 30 ? -20 : 0)));
    const back = decoded(encoded(wide), wide.length);
    const isEqual = wide.map((one, i) => equalHistograms(one, back.histograms?.[i] ?? one));
    expect([back.histograms?.length, isEqual.every(Boolean)]).toEqual([wide.length, true]);
    expect(back.histograms?.map((one) => one?.counterResetHint).slice(29, 32)).toEqual([
      "not_reset",
      "reset",
      "not_reset",
    ]);
  });

  test("stores a grown layout once", () => {
    const steady = Array.from({ length: 120 }, (_, i) => grownTo(40, i));
    const growing = Array.from({ length: 120 }, (_, i) => grownTo(Math.min(40, 30 + i), i));
    expect(encoded(growing).length).toBeLessThan(encoded(steady).length * 1.5);
  });
});
