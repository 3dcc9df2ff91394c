import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import {
  compileMatcher,
  EMPTY_HISTOGRAM,
  labelsOfRecord,
  labelValue,
  type Matcher,
  type Queryable,
  type SampleColumns,
  wordsOf,
  writeStaleMarker,
} from "#model";
import type { ResultFormat } from "#results";
import { exportSamples } from "./export-samples.ts";

type Read = (into: SampleColumns) => void;

function floats(...values: readonly number[]): Read {
  return (into) => {
    into.reserve(values.length);
    for (const [i, value] of values.entries()) {
      into.timestampsMs[into.length] = 1000 * (i + 1);
      into.values[into.length++] = value;
    }
  };
}

/** A float, a stale marker and a histogram. */
const mixed: Read = (into) => {
  floats(5, 0, 7)(into);
  writeStaleMarker(wordsOf(into.values), 1);
  into.setHistogram(2, { ...EMPTY_HISTOGRAM, count: 1, sum: 7 });
};

const onlyStale: Read = (into) => {
  floats(0)(into);
  writeStaleMarker(wordsOf(into.values), 0);
};

/** Series by name, and how often each was read. */
function storeOf(series: Readonly<Record<string, Read>>): {
  readonly store: Queryable;
  readonly reads: Map<string, number>;
} {
  const reads = new Map<string, number>();
  const store: Queryable = {
    async *select(matchers) {
      const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
      for (const [name, fill] of Object.entries(series)) {
        const labels = labelsOfRecord({ __name__: name, kind: "k" });
        if (!tests.every(([label, passes]) => passes(labelValue(labels, label)))) continue;
        const read: Read = (into) => {
          reads.set(name, (reads.get(name) ?? 0) + 1);
          fill(into);
        };
        yield { labels, metadata: null, read };
      }
    },
  };
  return { store, reads };
}

const NAMED = (value: string): Matcher => ({ name: "__name__", operator: "=~", value });

async function exported(
  store: Queryable,
  format: ResultFormat,
  ...names: readonly string[]
): Promise<Buffer> {
  const selectors = names.map((name) => [NAMED(name)]);
  const chunks: Uint8Array[] = [];
  const range = { minMs: -Infinity, maxMs: Infinity };
  for await (const chunk of exportSamples(store, { selectors, range }, format)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const SERIES = { b: floats(1, 2), a: mixed, gone: onlyStale, never: floats() };

test("overlapping selectors export a series once, sorted, without markers and empty series", async () => {
  const { store } = storeOf(SERIES);
  expect((await exported(store, "csv", "a|b", "b|gone|never")).toString()).toBe(
    'name,timestamp,value,kind\r\na,1,5,k\r\na,3,"{""count"":""1"",""sum"":""7""}",k\r\n' +
      "b,1,1,k\r\nb,2,2,k\r\n",
  );
  expect((await exported(store, "ndjson", ".*")).toString()).toBe(
    '{"metric":{"__name__":"a","kind":"k"},"values":[[1,"5"]],"histograms":[[3,{"count":"1","sum":"7"}]]}\n' +
      '{"metric":{"__name__":"b","kind":"k"},"values":[[1,"1"],[2,"2"]]}\n',
  );
});

test("a format that goes through the series once reads each once", async () => {
  const { store, reads } = storeOf(SERIES);
  const file = await exported(store, "parquet", "a|b");
  expect([...reads.values()]).toEqual([1, 1]);
  const rows = await parquetReadObjects({ file: new Uint8Array(file).buffer });
  expect(rows.map(({ metric, value }) => [metric, value])).toEqual([
    ["a", 5],
    ["a", null],
    ["b", 1],
    ["b", 2],
  ]);
});
