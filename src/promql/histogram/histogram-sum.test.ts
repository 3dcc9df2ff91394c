import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalHistograms, type FloatHistogram } from "#model";
import { addHistograms, subtractHistograms } from "./arithmetic.ts";
import { upperBound } from "./bucket-bounds.ts";
import { compact } from "./compact.ts";
import { HistogramMean } from "./histogram-mean.ts";
import { HistogramSum } from "./histogram-sum.ts";
import { formatHistogramText, parseHistogramText } from "./histogram-text.ts";
import { toSchema } from "./resolution.ts";

const read = (text: string): FloatHistogram => parseHistogramText(text).histogram;
const sumText = (a: string, b: string): string =>
  formatHistogramText(compact(addHistograms(read(a), read(b)).histogram ?? read("{{}}")));

describe("adding", () => {
  test("goes over to the lower schema", () => {
    expect(
      sumText(
        "{{schema:-1 sum:4 count:1 buckets:[1] offset:1}}",
        "{{schema:0 sum:4 count:4 buckets:[2 2] offset:1}}",
      ),
    ).toBe("{{schema:-1 count:5 sum:8 offset:1 buckets:[5]}}");
  });

  test("widens the zero bucket past a populated bucket that its edge cuts", () => {
    // The other's zero bucket ends at 0.75, inside (0.5, 1]: all of that bucket moves into it.
    expect(
      sumText(
        "{{count:3 sum:3 z_bucket:1 z_bucket_w:0.001 buckets:[1 1]}}",
        "{{count:2 sum:1 z_bucket:2 z_bucket_w:0.75}}",
      ),
    ).toBe("{{count:5 sum:4 z_bucket:4 z_bucket_w:1 offset:1 buckets:[1]}}");
  });

  test("keeps the custom bounds that both have, and says so", () => {
    const a = read("{{schema:-53 count:6 sum:9 custom_values:[1 2 5] buckets:[1 2 3]}}");
    const b = read("{{schema:-53 count:4 sum:8 custom_values:[2 3 5] buckets:[1 1 1 1]}}");
    const { histogram, boundsReconciled } = addHistograms(a, b);
    expect(boundsReconciled).toBe(true);
    expect(formatHistogramText(histogram ?? a)).toBe(
      "{{schema:-53 count:10 sum:17 custom_values:[2 5] buckets:[4 5 1]}}",
    );
  });

  test("refuses exponential with custom buckets", () => {
    const custom = read("{{schema:-53 count:1 sum:1 custom_values:[1] buckets:[1]}}");
    expect(addHistograms(read("{{count:1 sum:1 buckets:[1]}}"), custom)).toMatchObject({
      histogram: null,
      isIncompatible: true,
    });
  });

  test.each([
    ["not_reset", "not_reset", "not_reset", false],
    ["gauge", "reset", "gauge", false],
    ["unknown", "reset", "unknown", false],
    ["reset", "not_reset", "unknown", true],
  ] as const)("of hints %s and %s is %s", (a, b, hint, collides) => {
    const outcome = addHistograms(
      { ...read("{{}}"), counterResetHint: a },
      { ...read("{{}}"), counterResetHint: b },
    );
    expect(outcome.hintsCollide).toBe(collides);
    expect(outcome.histogram?.counterResetHint).toBe(hint);
  });
});

const side = fc.array(fc.nat({ max: 50 }), { maxLength: 8 });
const histograms = fc
  .record({
    schema: fc.integer({ min: -2, max: 3 }),
    at: fc.integer({ min: -9, max: 9 }),
    side,
    minus: side,
  })
  .map(({ schema, at, side: positive, minus }) => {
    const count = [...positive, ...minus].reduce((total, bucket) => total + bucket, 0);
    return read(
      `{{schema:${schema} count:${count} sum:1 offset:${at} buckets:[${positive.join(" ")}] n_buckets:[${minus.join(" ")}]}}`,
    );
  });

const observations = (histogram: FloatHistogram): number =>
  [...histogram.positive.counts, ...histogram.negative.counts].reduce((a, b) => a + b, 0);

describe("for any histograms", () => {
  test("no observation is lost, and the order does not matter", () => {
    fc.assert(
      fc.property(histograms, histograms, (a, b) => {
        const ab = addHistograms(a, b).histogram;
        const ba = addHistograms(b, a).histogram;
        if (ab === null || ba === null) throw new Error("both are exponential");
        expect(observations(ab)).toBe(observations(a) + observations(b));
        expect(equalHistograms(compact(ab), compact(ba))).toBe(true);
      }),
    );
  });

  test("subtracting takes back what was added, in the coarser schema", () => {
    fc.assert(
      fc.property(histograms, histograms, (a, b) => {
        const sum = addHistograms(a, b).histogram;
        const back = sum === null ? null : subtractHistograms(sum, b).histogram;
        if (back === null) throw new Error("both are exponential");
        expect(equalHistograms(compact(back), compact(toSchema(a, back.schema)))).toBe(true);
      }),
    );
  });

  test("a bucket lies within the bucket that a coarser schema puts it into", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: -3, max: 8 }),
        (index, schema) => {
          const fine = read(`{{schema:${schema} count:1 sum:1 offset:${index} buckets:[1]}}`);
          const coarse = toSchema(fine, schema - 1);
          const target = coarse.positive.indexes[0] ?? Number.NaN;
          expect(upperBound(coarse, target - 1)).toBeLessThanOrEqual(upperBound(fine, index - 1));
          expect(upperBound(coarse, target)).toBeGreaterThanOrEqual(upperBound(fine, index));
        },
      ),
    );
  });

  test("text reads back as what was written", () => {
    fc.assert(
      fc.property(histograms, (histogram) => {
        const again = read(formatHistogramText(histogram));
        expect(equalHistograms(compact(again), compact(histogram))).toBe(true);
      }),
    );
  });
});

test("compensation keeps what plain sums lose", () => {
  const sum = new HistogramSum(read("{{count:1 sum:1e100}}"));
  sum.add(read("{{count:1 sum:1}}"));
  sum.add(read("{{count:1 sum:-1e100}}"));
  expect(sum.rounded().sum).toBe(0);
  expect(sum.compensated().sum).toBe(1);
});

test("a mean of sums that overflow is finite", () => {
  const mean = new HistogramMean(read("{{count:1 sum:1.5e308}}"));
  mean.add(read("{{count:1 sum:1.5e308}}"));
  mean.add(read("{{count:4 sum:1.5e308}}"));
  expect(mean.value()).toMatchObject({ count: 2, sum: 1.5e308 });
});

test("the highest finite bucket ends at the largest float, the next at infinity", () => {
  for (const schema of [-4, -1, 0, 1, 8]) {
    const last = 1024 * 2 ** schema;
    const histogram = { ...read("{{}}"), schema };
    expect(upperBound(histogram, last)).toBe(Number.MAX_VALUE);
    expect(upperBound(histogram, last + 1)).toBe(Infinity);
    expect(upperBound(histogram, 0)).toBe(1);
  }
});
