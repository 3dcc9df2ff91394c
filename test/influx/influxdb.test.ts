/**
 * The push against a real InfluxDB 1.6 with authentication: what the dashboards of KrakenD ask of it,
 * what becomes of counts, and how failures end.
 */
import { describe, expect, test } from "vitest";
import {
  INFLUX_ADMIN,
  influxQuery,
  peerOrSkip,
  type RunningPeer,
  type SkipTest,
  startInfluxDb,
} from "../peers/index.ts";
import { dashboardQueries, fluxSelections } from "./dashboard-queries.ts";
import { startNetworkGate } from "./network-gate.ts";
import { startPushing } from "./pushing-gateway.ts";

const DATABASE = "krakend";

async function startInflux(skip: SkipTest): Promise<RunningPeer> {
  const influx = await startInfluxDb(await peerOrSkip("influxdb", "bookworm", skip));
  await influxQuery(influx, `CREATE DATABASE ${DATABASE}`);
  return influx;
}

function settings(address: string, more: Readonly<Record<string, unknown>> = {}) {
  return { address, db: DATABASE, ttl: "200ms", ...INFLUX_ADMIN, ...more };
}

async function single(influx: RunningPeer, query: string): Promise<unknown> {
  const [series] = await influxQuery(influx, query, DATABASE);
  return series?.values[0]?.[1] ?? 0;
}

/** What the database says was served, by each way of asking. */
async function servedBy(influx: RunningPeer) {
  return {
    pipe: await single(influx, `SELECT sum("count") FROM "requests" WHERE "layer" = 'pipe'`),
    backend: await single(influx, `SELECT sum("count") FROM "requests" WHERE "layer" = 'backend'`),
    responses: await single(influx, 'SELECT sum("count") FROM "responses"'),
    router: await single(influx, `SELECT sum("gauge") FROM "router" WHERE "direction" = 'in'`),
  };
}

const queries = dashboardQueries();

describe.skipIf(queries.length === 0)("the dashboard (data: GAUGEWAY_SHARED_DATA)", () => {
  test("gets data for its 55 queries, and for what its Flux ones select, after two windows", async ({
    skip,
  }) => {
    await using influx = await startInflux(skip);
    const gateway = await startPushing(settings(influx.url));
    for (let windows = 0; windows < 2; windows++) {
      await gateway.serveMixedTraffic();
      await expect.poll(() => gateway.delivery().batchesStored).toBeGreaterThan(windows);
    }
    await gateway.close();
    expect(queries).toHaveLength(55);
    const without: string[] = [];
    for (const query of queries) {
      const series = await influxQuery(influx, query, DATABASE);
      const cells = series.flatMap(({ values }) => values.flatMap(([, ...fields]) => fields));
      if (!cells.some((cell) => cell !== null)) without.push(query);
    }
    expect(without).toEqual([]);

    const selections = fluxSelections();
    expect(selections.length).toBeGreaterThanOrEqual(44);
    const missing: string[] = [];
    for (const selection of selections) {
      if ((await influxQuery(influx, selection, DATABASE)).length === 0) missing.push(selection);
    }
    expect(missing).toEqual([]);
    const hosts = await influxQuery(influx, 'SHOW TAG VALUES WITH KEY = "host"', DATABASE);
    expect(hosts.length).toBeGreaterThan(5);
  });
});

// Each of them ends in the original with other sums than what was served, but for the equal one.
test.for([
  ["200ms", "1s"],
  ["1s", "1s"],
  ["2500ms", "1s"],
  ["30s", "1s"],
] as const)(
  "sum(count) is what was served with ttl %s and collection_time %s",
  async ([ttl, collection], { skip }) => {
    await using influx = await startInflux(skip);
    const gateway = await startPushing(settings(influx.url, { ttl }), collection);
    let served = 0;
    for (let rounds = 0; rounds < 30; rounds++) {
      served += await gateway.serveMixedTraffic();
      await new Promise((done) => setTimeout(done, 90));
    }
    await gateway.close();
    expect(await servedBy(influx)).toEqual({
      pipe: served,
      backend: served,
      responses: served,
      router: served,
    });
    expect(gateway.delivery()).toMatchObject({ batchesDropped: 0, batchesRefused: 0 });
  },
);

/** Lines as the original writes them, one of each shape; they decide the types of the fields. */
const ORIGINAL = `requests,complete=true,error=false,host=old,layer=pipe,name=/users/:id count=5i,total=5i
requests,complete=true,error=false,host=old,layer=pipe,name=/slow max=7502124341i,mean=3754348213i,min=6572086i,p0.1=6572086,p0.25=6572086,p0.5=3754348213.5,p0.75=7502124341,p0.9=7502124341,p0.95=7502124341,p0.99=7502124341,stddev=3747776127i,variance=-9223372036854775808i
responses,host=old,name=/noop,status=204 count=1i,total=1i
router,direction=in,host=old current=0i,total=37i
router,direction=in,host=old gauge=37i
router.response-size,host=old,name=/bad max=-1i,mean=-1i,min=-1i,p0.1=-1,p0.25=-1,p0.5=-1,p0.75=-1,p0.9=-1,p0.95=-1,p0.99=-1,stddev=0i,variance=0i
router.response-time,host=old,name=/bad max=1i,mean=1i,min=1i,p0.1=1,p0.25=1,p0.5=1,p0.75=1,p0.9=1,p0.95=1,p0.99=1,stddev=0i,variance=0i
service.debug.GCStats.Pause,host=old max=0i,mean=0i,min=0i,p0.1=0,p0.25=0,p0.5=0,p0.75=0,p0.9=0,p0.95=0,p0.99=0,stddev=0i,variance=0i
debug,host=old GCStats.LastGC=1795252636675430200i,GCStats.NumGC=1i,GCStats.PauseTotal=25839i
runtime,host=old MemStats.Alloc=1i,NumGoroutine=9i
`;

/** Of this minute: types are decided anew for each week. */
async function writeLines(influx: RunningPeer, lines: string): Promise<void> {
  const { username, password } = INFLUX_ADMIN;
  const answer = await fetch(`${influx.url}/write?db=${DATABASE}&precision=s`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    body: lines.replaceAll("\n", ` ${Math.floor(Date.now() / 1000) - 5}\n`),
  });
  expect(answer.status).toBe(204);
}

test("a database that the original has filled takes our points, and keeps its types", async ({
  skip,
}) => {
  await using influx = await startInflux(skip);
  await writeLines(influx, ORIGINAL);
  const typesOf = async () =>
    new Map(
      (await influxQuery(influx, "SHOW FIELD KEYS", DATABASE)).flatMap(({ name, values }) =>
        values.map(([field, type]) => [`${name} ${String(field)}`, type] as const),
      ),
    );
  const before = await typesOf();
  const gateway = await startPushing(settings(influx.url));
  const served = await gateway.serveMixedTraffic();
  await gateway.close();
  expect(gateway.errors).toEqual([]);
  expect(gateway.delivery()).toMatchObject({ batchesRefused: 0, lastError: null });
  const after = await typesOf();
  for (const [field, type] of before) expect([field, after.get(field)]).toEqual([field, type]);
  expect(await servedBy(influx)).toMatchObject({ responses: served + 1, router: served + 37 });
});

test("a field that has another type is told once, and the rest is stored", async ({ skip }) => {
  await using influx = await startInflux(skip);
  await writeLines(influx, "runtime,host=x NumThread=1.5\n");
  const gateway = await startPushing(settings(influx.url, { buffer_size: 9 }));
  const served = await gateway.serveMixedTraffic();
  await expect.poll(() => gateway.delivery().batchesRefused).toBeGreaterThan(1);
  await gateway.close();
  expect(gateway.errors).toHaveLength(1);
  expect(gateway.errors[0]).toContain("with another type");
  expect(gateway.delivery().lastError).toContain("field type conflict");
  expect(await servedBy(influx)).toMatchObject({ pipe: served, responses: served });
});

test("names arrive as they are, whatever stands in them", async ({ skip }) => {
  await using influx = await startInflux(skip);
  const names = [
    "/a b,c=d",
    "/q?x=1&y=2",
    '/"quoted"',
    "/back\\slash",
    "/\\,",
    "/é😀",
    "/#a",
    "/'q'",
  ];
  const endpoints = names.map((name, i) => ({
    endpoint: `/n${i}`,
    backend: [{ url_pattern: name }],
  }));
  const gateway = await startPushing(settings(influx.url), "1s", endpoints);
  await gateway.close();
  const query = `SHOW TAG VALUES FROM "requests" WITH KEY = "name" WHERE "layer" = 'backend'`;
  const tags = await influxQuery(influx, query, DATABASE);
  const arrived = tags.flatMap(({ values }) => values.map(([, name]) => name));
  expect(arrived).toEqual(expect.arrayContaining(names));
});

test("after an outage the newest buffer_size windows arrive, and no count is missing", async ({
  skip,
}) => {
  await using influx = await startInflux(skip);
  await using gate = await startNetworkGate(Number(new URL(influx.url).port));
  const gateway = await startPushing(settings(gate.url, { buffer_size: 2 }));
  let served = await gateway.serveMixedTraffic();
  await expect.poll(() => gateway.delivery().batchesStored).toBeGreaterThan(0);
  await gate.shut();
  const storedBefore = gateway.delivery().batchesStored;
  for (let rounds = 0; gateway.delivery().batchesDropped < 2; rounds++) {
    served += await gateway.serveMixedTraffic();
    await new Promise((done) => setTimeout(done, 200));
    expect(rounds).toBeLessThan(100);
  }
  expect(gateway.delivery().lastError).toContain("ECONNREFUSED");
  expect(gateway.delivery().batchesQueued).toBeLessThanOrEqual(3);
  await gate.open();
  await expect.poll(() => gateway.delivery().batchesQueued).toBe(0);
  await gateway.close();
  expect(gateway.delivery().batchesStored).toBeGreaterThan(storedBefore);
  expect(await servedBy(influx)).toMatchObject({ pipe: served, responses: served });
});

test("a wrong password and a missing database are told once each, and repaired while it runs", async ({
  skip,
}) => {
  await using influx = await startInflux(skip);
  const wrong = await startPushing(settings(influx.url, { password: "guess" }));
  await expect.poll(() => wrong.delivery().batchesRefused).toBeGreaterThan(1);
  await wrong.close();
  expect(wrong.errors).toEqual([
    "InfluxDB refuses a batch, which is dropped: Check username and password.",
  ]);

  await influxQuery(influx, `DROP DATABASE ${DATABASE}`);
  const gateway = await startPushing(settings(influx.url));
  const served = await gateway.serveMixedTraffic();
  await expect.poll(() => gateway.delivery().batchesRefused).toBeGreaterThan(1);
  expect(gateway.errors).toHaveLength(1);
  expect(gateway.errors[0]).toContain("Create the database");
  expect(gateway.delivery().lastError).toContain("database not found");
  await influxQuery(influx, `CREATE DATABASE ${DATABASE}`);
  await expect.poll(() => gateway.delivery().batchesStored).toBeGreaterThan(0);
  await gateway.close();
  expect(await servedBy(influx)).toMatchObject({
    pipe: served,
    backend: served,
    responses: served,
  });
});
