import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClassicBuckets, type Repair } from "./classic/classic-buckets.ts";
import { classicFraction } from "./classic/classic-fraction.ts";
import { classicQuantile } from "./classic/classic-quantile.ts";
import { classicToCustom } from "./classic-to-custom.ts";
import { describeHistogram } from "./describe-histogram.ts";
import { histogramFraction } from "./fraction.ts";
import { formatHistogramText, HistogramTextError, parseHistogramText } from "./histogram-text.ts";
import { histogramQuantile } from "./quantile.ts";
import { trimHistogram } from "./trim.ts";
import { histogramVariance } from "./variance.ts";

const read = (text: string) => parseHistogramText(text).histogram;
const SAMPLE = "{{schema:0 count:12 sum:100 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]}}";

describe("quantile and fraction", () => {
  test("interpolate logarithmically in a bucket: half of (1, 2] is √2", () => {
    const histogram = read("{{count:4 sum:5 buckets:[1 2 1]}}");
    expect(histogramQuantile(0.5, histogram).value).toBeCloseTo(Math.SQRT2, 12);
    expect(histogramFraction(1, Math.SQRT2, histogram).value).toBeCloseTo(0.25, 12);
  });

  test("are each other's inverse", () => {
    const histogram = read(SAMPLE);
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (q) => {
        const { value } = histogramQuantile(q, histogram);
        expect(histogramFraction(-Infinity, value, histogram).value).toBeCloseTo(q, 9);
      }),
    );
  });

  test("say when NaN observations pushed the result", () => {
    const histogram = read("{{count:8 sum:NaN buckets:[2 2]}}");
    expect(histogramQuantile(0.25, histogram)).toEqual({ value: 1, nanEffect: "skew" });
    expect(histogramQuantile(0.9, histogram)).toEqual({ value: NaN, nanEffect: "result" });
    expect(histogramFraction(0, 1, histogram)).toEqual({ value: 0.25, hasNaNObservations: true });
  });

  test("of nothing are not a number", () => {
    expect(histogramQuantile(0.5, read("{{}}")).value).toBeNaN();
    expect(histogramFraction(0, 1, read("{{}}")).value).toBeNaN();
    expect(histogramQuantile(1.1, read(SAMPLE)).value).toBe(Infinity);
  });
});

test("variance takes observations to be in the middle of their buckets", () => {
  const histogram = read("{{schema:2 count:4 sum:10 buckets:[1 0 0 0 1 0 0 1 1]}}");
  expect(histogramVariance(histogram)).toBeCloseTo(1.163807968526718, 12);
});

describe("trimming", () => {
  test("cuts a custom bucket by its width and estimates the sum anew", () => {
    const histogram = read("{{schema:-53 count:5 sum:9 custom_values:[10 20] buckets:[2 2 1]}}");
    expect(formatHistogramText(trimHistogram(histogram, 15, "below"))).toBe(
      "{{schema:-53 count:3 sum:22.5 custom_values:[10 20] buckets:[2 1]}}",
    );
  });

  test("leaves alone what it does not cut, its sum too", () => {
    const histogram = read(SAMPLE);
    expect(trimHistogram(histogram, Infinity, "below")).toBe(histogram);
    expect(trimHistogram(histogram, -Infinity, "above")).toBe(histogram);
  });

  test("of both sides of a point together makes the whole", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 20, noNaN: true }), (point) => {
        const histogram = read(SAMPLE);
        const below = trimHistogram(histogram, point, "below").count;
        const above = trimHistogram(histogram, point, "above").count;
        expect(below + above).toBeCloseTo(histogram.count, 9);
      }),
    );
  });
});

describe("classic histograms", () => {
  const buckets = [
    { upperBound: 1, count: 1 },
    { upperBound: 2, count: 3 },
    { upperBound: Infinity, count: 4 },
  ];

  function classic(given = buckets): ClassicBuckets {
    const made = new ClassicBuckets(given.length);
    for (const { upperBound, count } of given) made.add(upperBound, count);
    return made;
  }

  function quantile(q: number, given = buckets): { value: number; repairs: Repair[] } {
    const repairs: Repair[] = [];
    const value = classicQuantile(q, classic(given), (repair) => repairs.push(repair));
    return { value, repairs };
  }

  test("are interpolated linearly, from 0 in the first bucket", () => {
    expect(quantile(0.5)).toEqual({ value: 1.5, repairs: [] });
    expect(quantile(0.125).value).toBe(0.5);
    expect(quantile(0.9).value).toBe(2);
    expect(classicFraction(1, 1.5, classic())).toBe(0.25);
  });

  test("without a last bucket up to +Inf tell nothing", () => {
    expect(quantile(0.5, buckets.slice(0, 2)).value).toBeNaN();
    expect(classicFraction(0, 1, classic(buckets.slice(0, 2)))).toBeNaN();
  });

  test("whose bounds are equal are added", () => {
    expect(quantile(0.5, [{ upperBound: 1, count: 1 }, ...buckets]).value).toBe(1);
  });

  test("whose counts fall are levelled, with a word on where", () => {
    const falling = buckets.toSpliced(2, 0, { upperBound: 3, count: 2 });
    expect(quantile(0.9, falling)).toEqual({
      value: 3,
      repairs: [{ lowestBound: 3, highestBound: 3, differenceMax: 1 }],
    });
  });

  test("become native ones with custom buckets", () => {
    const made = classicToCustom({ buckets, count: null, sum: 5 });
    if ("problem" in made) throw new Error(made.problem);
    expect(formatHistogramText(made.histogram)).toBe(
      "{{schema:-53 count:4 sum:5 custom_values:[1 2] buckets:[1 2 1]}}",
    );
    expect(classicToCustom({ buckets, count: 5, sum: 5 })).toHaveProperty("problem");
  });
});

describe("texts", () => {
  test("describe populated buckets with the ends that belong to them", () => {
    const histogram = read(
      "{{count:5 sum:1.5 z_bucket:2 z_bucket_w:0.001 buckets:[1] n_buckets:[0 2]}}",
    );
    expect(describeHistogram(histogram)).toBe(
      "{count:5, sum:1.5, [-2,-1):2, [-0.001,0.001]:2, (0.5,1]:1}",
    );
  });

  test.each([
    "{{sum:1 sum:2}}",
    "{{size:1}}",
    "{{buckets:[1 x]}}",
    "{{counter_reset_hint:no}}",
    "{sum:1}",
  ])("refuse %s", (text) => {
    expect(() => parseHistogramText(text)).toThrow(HistogramTextError);
  });
});
