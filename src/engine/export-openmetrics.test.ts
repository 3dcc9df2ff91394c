import { expect, test } from "vitest";
import { EMPTY_HISTOGRAM, labelsOfRecord } from "#model";
import { type FakeValue, QueryableFake } from "../../test/fakes/queryable-fake.ts";
import { exportOpenMetrics } from "./export-openmetrics.ts";

const ALL = { minMs: -Infinity, maxMs: Infinity };

async function exported(values: readonly FakeValue[]): Promise<[text: string, leftOut: number]> {
  const store = new QueryableFake([
    {
      labels: labelsOfRecord({ __name__: "m" }),
      metadata: null,
      samples: values.map((value, i) => ({ timestampMs: i * 1000, value })),
    },
  ]);
  let leftOut = 0;
  const decoder = new TextDecoder();
  let text = "";
  const selection = {
    selectors: [[]],
    range: ALL,
    onHistogramsLeftOut: (samples: number) => (leftOut += samples),
  };
  for await (const chunk of exportOpenMetrics(store, selection)) {
    text += decoder.decode(chunk, { stream: true });
  }
  return [text, leftOut];
}

test("native histograms are left out, and the caller is told how many", async () => {
  const histogram = { ...EMPTY_HISTOGRAM, sum: 7 };
  const [text, leftOut] = await exported([1, histogram, "stale", 3, histogram]);
  expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual(["m 1 0", "m 3 3", ""]);
  expect(leftOut).toBe(2);
});

test("of floats nothing is left out", async () => {
  expect((await exported([1, 2]))[1]).toBe(0);
});
