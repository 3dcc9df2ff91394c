import { compileMatcher, type Labels, labelsOfRecord, labelValue, type Matcher } from "#model";
import { expect, test } from "vitest";
import { createEngine, DEFAULT_ENGINE_OPTIONS } from "./engine.ts";
import type { PromqlStorage, StoredSeries } from "./eval/promql-storage.ts";
import { pointAt } from "./eval/vector-series.ts";
import { parseExpression } from "./syntax/parse-expression.ts";

/** A sample every 15 s from 0 on. */
function series(labels: Record<string, string>, ...values: number[]): StoredSeries {
  const samples = {
    length: values.length,
    timestampsMs: Float64Array.from(values, (_, i) => i * 15_000),
    values: Float64Array.from(values),
    histograms: null,
    startTimestampsMs: null,
  };
  return { labels: labelsOfRecord(labels), samples: () => samples };
}

function matches(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => compileMatcher(matcher)(labelValue(labels, matcher.name)));
}

function storageOf(...all: readonly StoredSeries[]): PromqlStorage & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    select: (matchers, minMs, maxMs) => {
      asked.push(`${minMs}…${maxMs}`);
      return Promise.resolve(all.filter(({ labels }) => matches(labels, matchers)));
    },
  };
}

const engine = createEngine();
const up = series({ __name__: "up", job: "a" }, 1, 2, 3, 4, 5);
const other = series({ __name__: "up", job: "b" }, 5, 5, 5, 5, 5);

test("an instant query sees the newest sample, a range query one at each step", async () => {
  const expression = parseExpression("up");
  const instant = await engine.instant(expression, storageOf(up), 40_000);
  expect(instant.value.type === "vector" && instant.value.series.map((s) => s.values[0])).toEqual([
    3,
  ]);
  const range = { startMs: 0, endMs: 60_000, stepMs: 30_000 };
  const { value } = await engine.range(expression, storageOf(up), range);
  const [only] = value.type === "matrix" ? value.series : [];
  expect(only && [0, 1, 2].map((step) => pointAt(only, step))).toEqual([1, 3, 5]);
});

test("only the data that the query can see is asked for, and the same data once", async () => {
  const storage = storageOf(up);
  const expression = parseExpression("rate(up[1m] offset 5m) / rate(up[1m] offset 5m) + up @ 10");
  await engine.instant(expression, storage, 600_000);
  expect(storage.asked).toEqual(["240000…300000", "-290000…10000"]);
});

test("names go at once without delayed removal, and what then coincides is refused", async () => {
  const two = storageOf(up, series({ __name__: "down", job: "a" }, 1));
  const expression = parseExpression('abs({job="a"})');
  await expect(engine.instant(expression, two, 0)).rejects.toThrow(
    "vector cannot contain metrics with the same labelset",
  );
});

test("a query over its samples is stopped, and so is one that somebody stops", async () => {
  const small = createEngine({ ...DEFAULT_ENGINE_OPTIONS, samplesMax: 1 });
  const expression = parseExpression("up");
  await expect(small.instant(expression, storageOf(up, other), 0)).rejects.toMatchObject({
    code: "promql_too_many_samples",
  });
  await expect(
    engine.instant(expression, storageOf(up), 0, { stopReason: () => "timeout" }),
  ).rejects.toMatchObject({
    code: "promql_timeout",
  });
});

test("few samples in many steps are stopped by the memory that their columns take", async () => {
  const small = createEngine({ ...DEFAULT_ENGINE_OPTIONS, columnBytesMax: 9 * 1_000 });
  const range = { startMs: 0, endMs: 999_000, stepMs: 1_000 };
  const one = await small.range(parseExpression("up"), storageOf(up), range);
  expect(one.value.type === "matrix" && one.value.series.length).toBe(1);
  await expect(
    small.range(parseExpression("up"), storageOf(up, other), range),
  ).rejects.toMatchObject({ code: "promql_too_much_memory" });
});

test("a fold gives back the columns of its operand, series by series", async () => {
  const small = createEngine({ ...DEFAULT_ENGINE_OPTIONS, columnBytesMax: 9 * 3_000 });
  const many = Array.from({ length: 50 }, (_, i) => series({ __name__: "up", job: `${i}` }, 1));
  const range = { startMs: 0, endMs: 999_000, stepMs: 1_000 };
  const { value } = await small.range(parseExpression("sum(up)"), storageOf(...many), range);
  expect(value.type === "matrix" && value.series[0]?.values[0]).toBe(50);
});

test("samples are counted as Prometheus counts them", async () => {
  const range = { startMs: 30_000, endMs: 60_000, stepMs: 15_000 };
  const count = async (query: string) => {
    const options = { countsPerStep: true };
    const found = await engine.range(parseExpression(query), storageOf(up, other), range, options);
    const { totalQueryableSamples, totalQueryableSamplesPerStep, peakSamples } = found.statistics;
    return [totalQueryableSamples, [...(totalQueryableSamplesPerStep ?? [])], peakSamples];
  };
  expect(await count("up")).toEqual([6, [2, 2, 2], 6]);
  // Overlapping windows count what they share once each; the last window is held beside the result.
  expect(await count("sum_over_time(up[30s])")).toEqual([12, [4, 4, 4], 8]);
  expect(await count("up @ 60")).toEqual([6, [2, 2, 2], 6]);
  // Of a subquery only its points count, in each window that has them.
  expect(await count("max_over_time(up[30s:15s])")).toEqual([12, [4, 4, 4], 16]);
  // A fold takes the place of what it folds.
  expect(await count("sum(up)")).toEqual([6, [2, 2, 2], 6]);
});

test("a query is stopped within a series, too", async () => {
  const long = series({ __name__: "x" }, ...Array.from({ length: 20_000 }, (_, i) => i / 7));
  const endMs = 20_000 * 15_000;
  const range = { startMs: endMs - 399_000, endMs, stepMs: 1_000 };
  let looks = 0;
  const stopReason = () => (++looks === 5 ? "canceled" : null);
  const expression = parseExpression("sum_over_time(x[10000000s])");
  await expect(
    engine.range(expression, storageOf(long), range, { stopReason }),
  ).rejects.toMatchObject({ code: "promql_canceled" });
});

test("an observer is told of each phase", async () => {
  const told: string[] = [];
  const observer = {
    begin: (phase: string) => void told.push(`begin ${phase}`),
    end: (phase: string) => void told.push(`end ${phase}`),
  };
  await engine.instant(parseExpression("up"), storageOf(up), 0, { observer });
  expect(told).toEqual(
    ["preparation", "evaluation", "sorting"].flatMap((phase) => [`begin ${phase}`, `end ${phase}`]),
  );
});

test("series that share their times are read as if they did not", async () => {
  const timestampsMs = Float64Array.from({ length: 8 }, (_, i) => i * 15_000);
  const sharing = [1, 2, 3].map((factor): StoredSeries => {
    const values = timestampsMs.map((_, i) => (i === 3 && factor === 2 ? Number.NaN : i * factor));
    const samples = { length: 8, timestampsMs, values, histograms: null, startTimestampsMs: null };
    return { labels: labelsOfRecord({ __name__: "x", i: `${factor}` }), samples: () => samples };
  });
  const apart = sharing.map((one): StoredSeries => {
    const own = { ...one.samples(), timestampsMs: timestampsMs.slice() };
    return { labels: one.labels, samples: () => own };
  });
  const range = { startMs: 0, endMs: 120_000, stepMs: 20_000 };
  for (const query of ["x", "rate(x[1m])", "max_over_time(x[31s])", "sum(x)"]) {
    const expression = parseExpression(query);
    const together = await engine.range(expression, storageOf(...sharing), range);
    expect(together.value).toEqual(
      (await engine.range(expression, storageOf(...apart), range)).value,
    );
  }
});

test("an ambiguous match is refused even where the comparison filters it out", async () => {
  const expression = parseExpression("up == on () up");
  await expect(engine.instant(expression, storageOf(up, other), 0)).rejects.toThrow(
    /^found duplicate series for the match group \{\} on the right hand-side of the operation/,
  );
});

async function instantValues(query: string, storage: PromqlStorage): Promise<readonly number[]> {
  const { value } = await engine.instant(parseExpression(query), storage, 0);
  return value.type === "vector" ? value.series.map(({ values }) => values[0] ?? NaN) : [];
}

test("columns that are used again remember nothing of a sum's lost digits", async () => {
  const storage = storageOf(
    series({ __name__: "x", i: "1" }, 1e16),
    series({ __name__: "x", i: "2" }, 1),
    series({ __name__: "x", i: "3" }, -1e16),
  );
  expect(await instantValues("sum(x)", storage)).toEqual([1]);
  expect(await instantValues("count(sum(x))", storage)).toEqual([1]);
  expect(await instantValues("sum(sum by (i) (x)) + count(sum(x))", storage)).toEqual([2]);
});
