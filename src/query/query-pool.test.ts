import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labelsOfRecord } from "#model";
import { createRegistry } from "#telemetry";
import { QueryableFake } from "../../test/fakes/queryable-fake.ts";
import { QueryPool } from "./query-pool.ts";
import type { NewQuery, QueryAnswer } from "./query-request.ts";
import type { QuerySettings } from "./query-settings.ts";
import type { StoreLine } from "./selection/messages.ts";
import { hostSelections } from "./selection/selection-host.ts";

const settings: QuerySettings = {
  lookbackMs: 300_000,
  samplesMax: 50_000_000,
  memoryBytesMax: 1 << 30,
  seriesMax: 10_000,
  resultBytesMax: 1_000_000,
  features: [],
};
const limits = {
  concurrentMax: 2,
  tenantConcurrentMax: 1,
  tenantQueuedMax: 10,
  threadIdleMs: 60_000,
};
const never = new AbortController().signal;

/** Computes for minutes, and needs no data. */
const ENDLESS = "sum_over_time(vector(1)[300d:1s])";

const SERIES = 3000;
const store = new QueryableFake(
  Array.from({ length: SERIES }, (_, id) => ({
    labels: labelsOfRecord({ __name__: "m", id: String(id).padStart(4, "0"), few: String(id % 3) }),
    metadata: null,
    samples: Array.from({ length: 50 }, (_unused, i) => ({
      timestampMs: 1_000_000 + i * 15_000,
      value: id + i,
    })),
  })),
);

let pool: QueryPool;

beforeEach(() => {
  pool = poolWith(settings);
});

afterEach(async () => {
  await pool[Symbol.asyncDispose]();
});

async function openStoreLine(): Promise<StoreLine> {
  const { port1, port2 } = new MessageChannel();
  const bell = new SharedArrayBuffer(4);
  hostSelections({ port: port2, bell }, { queryableFor: () => store, onFailure: () => undefined });
  port2.unref();
  return { port: port1, bell };
}

function poolWith(own: QuerySettings): QueryPool {
  return new QueryPool(openStoreLine, createRegistry(), own, limits);
}

function query(text: string, more: Partial<NewQuery> = {}): NewQuery {
  return {
    text,
    time: { kind: "instant", timeMs: 1_700_000 },
    lookbackMs: null,
    timeoutMs: 60_000,
    seriesMax: null,
    statistics: "none",
    style: { format: "json" },
    view: "everything",
    tenant: "a",
    ...more,
  };
}

interface Body {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

async function bodyOf(answer: QueryAnswer): Promise<Body> {
  let text = "";
  const decoder = new TextDecoder();
  // A chunk's memory is gone when the next one is asked for.
  for await (const chunk of answer.chunks) text += decoder.decode(chunk, { stream: true });
  return JSON.parse(text) as Body;
}

test("reads series in batches, and whatever the order in which they are wanted", async () => {
  const all = await bodyOf(await pool.run(query("sum(sum_over_time(m[10m]))"), never));
  let expected = 0;
  // Samples later than 1,100 s, up to 1,700 s.
  for (let id = 0; id < SERIES; id++) for (let i = 7; i <= 46; i++) expected += id + i;
  expect(Number(all.data.result[0]?.value[1])).toBe(expected);
  const joined = "count(m == on(id) m) + count(m / on(few) group_left sum by (few) (m))";
  const twice = await bodyOf(await pool.run(query(joined), never));
  expect(twice.data.result[0]?.value[1]).toBe(String(2 * SERIES));
});

test("stored samples of many batches stay what they are until they are sent", async () => {
  await using wide = poolWith({ ...settings, resultBytesMax: 100_000_000 });
  const answer = (await bodyOf(await wide.run(query("m[10m]"), never))) as unknown as {
    data: { result: { metric: { id: string }; values: [number, string][] }[] };
  };
  expect(answer.data.result).toHaveLength(SERIES);
  for (const { metric, values } of answer.data.result) {
    const expected = Array.from({ length: 40 }, (_, i) => String(Number(metric.id) + i + 7));
    expect(values.map(([, value]) => value)).toEqual(expected);
  }
});

test("tells how many samples were read", async () => {
  const { head, chunks } = await pool.run(query('sum(sum_over_time(m{few="0"}[10m]))'), never);
  expect(head.samplesRead).toBeGreaterThanOrEqual((SERIES / 3) * 40);
  await chunks.return?.();
});

test("a query that never ends is stopped when its client leaves, and by its timeout", async () => {
  await pool.run(query("1"), never).then(bodyOf);
  const abort = new AbortController();
  const left = pool.run(query(ENDLESS), abort.signal);
  await untilRunning(1);
  abort.abort();
  await expect(left).rejects.toMatchObject({ code: "promql_canceled" });
  const late = pool.run(query(ENDLESS, { timeoutMs: 300 }), never);
  await expect(late).rejects.toMatchObject({ code: "promql_timeout" });
  expect(pool.load.running).toBe(0);
  // The thread was not lost with it.
  expect(pool.load.threads).toBe(1);
  await expect(pool.run(query("1"), never).then(bodyOf)).resolves.toBeTruthy();
});

test("a query that never ends delays neither another tenant's nor, for ever, its own tenant's", async () => {
  const abort = new AbortController();
  let isEnded = false;
  const endless = pool.run(query(ENDLESS), abort.signal).finally(() => (isEnded = true));
  endless.catch(() => undefined);
  await untilRunning(1);
  const own = pool.run(query("2"), never).then(bodyOf);
  await expect(pool.run(query("1", { tenant: "b" }), never).then(bodyOf)).resolves.toBeTruthy();
  expect(isEnded).toBe(false);
  expect(pool.load.waiting).toBe(1);
  abort.abort();
  await expect(own).resolves.toBeTruthy();
});

test("an answer that nobody reads gives its place back", async () => {
  for (let i = 0; i < 5; i++) {
    const { chunks } = await pool.run(query("m"), never);
    await chunks.next();
    await chunks.return?.();
    await chunks.return?.();
  }
  expect(pool.load).toMatchObject({ running: 0, waiting: 0, threads: 1 });
});

test("limits on series and on the result are refused with what to do", async () => {
  await using narrow = poolWith({ ...settings, seriesMax: 1000, resultBytesMax: 1000 });
  await expect(narrow.run(query("sum(m)"), never)).rejects.toMatchObject({
    code: "query_series_limit",
    message: expect.stringContaining("more than 1000 series") as string,
  });
  await expect(narrow.run(query('m{few="1"}'), never)).rejects.toMatchObject({
    code: "query_result_bytes_limit",
    message: expect.stringContaining("fewer series") as string,
  });
  await expect(narrow.run(query('sum(m{few="1"})'), never).then(bodyOf)).resolves.toBeTruthy();
});

test("what a query does wrong is told in Prometheus' words", async () => {
  await expect(pool.run(query("sum(m"), never)).rejects.toMatchObject({
    code: "promql_syntax",
    message: "1:6: parse error: unclosed left parenthesis",
  });
  await expect(pool.run(query("m * on(few) m"), never)).rejects.toMatchObject({
    code: "promql_execution",
    message: expect.stringContaining("found duplicate series") as string,
  });
});

test("settings that change hold for the next query", async () => {
  const experimental = query("count(limitk(2, m))");
  await expect(pool.run(experimental, never)).rejects.toMatchObject({ code: "promql_syntax" });
  pool.reconfigure({ ...settings, features: ["promql-experimental-functions"] });
  const answer = await bodyOf(await pool.run(experimental, never));
  expect(answer.data.result[0]?.value[1]).toBe("2");
});

/** Resolves when that many queries have left the queue. */
async function untilRunning(count: number): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (pool.load.running < count) {
    if (Date.now() > deadlineMs) throw new Error("no query is running");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
