import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tenantClient } from "../../../test/fakes/fake-api.ts";
import { type AccessDatabase, openAccessDatabase } from "../database/access-database.ts";
import type { Principal } from "../principal.ts";
import { createUsage, type Usage } from "./usage.ts";

const DAY_MS = 24 * 3_600_000;
const clock = {
  ms: 1_800_000_000_000,
  nowMs: (): number => clock.ms,
  monotonicMs: (): number => clock.ms,
};

let folder = "";
let database: AccessDatabase;
let usage: Usage;

async function open(): Promise<void> {
  database = await openAccessDatabase(join(folder, "access.db"), clock, 0);
  usage = createUsage(database, clock, (error) => {
    throw error;
  });
}
async function close(): Promise<void> {
  await usage[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaugeway-usage-"));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const scrape = (series: number, bodyBytes: number) => ({
  refused: false,
  samplesRead: series,
  bodyBytes,
  scrapedSeries: series,
});
const QUERY = { refused: false, samplesRead: 1000, bodyBytes: 50, scrapedSeries: null };
const REFUSED = { refused: true, samplesRead: 0, bodyBytes: 0, scrapedSeries: null };

const one = tenantClient("acme");
const two: Principal = { ...one, clientId: "gwc_two" as Principal["clientId"] };
const stranger = tenantClient("bravo");

test("adds up by client and tenant, before it is written, after, and over a restart", async () => {
  const expected = {
    today: { requests: 3, refused: 1, samplesRead: 1010, bodyBytes: 250 },
    last30Days: { requests: 3, refused: 1, samplesRead: 1010, bodyBytes: 250 },
    lastUsedAtMs: clock.ms,
    lastScrape: { atMs: clock.ms, series: 10 },
  };
  for (const request of [scrape(10, 200), QUERY, REFUSED]) usage.charge(one, request);
  usage.charge(two, scrape(7, 70));
  usage.charge(stranger, scrape(99, 990));
  expect(await usage.ofPrincipal(one)).toEqual(expected);
  await usage.flush();
  expect(await usage.ofPrincipal(one)).toEqual(expected);
  await close();
  await open();
  expect(await usage.ofPrincipal(one)).toEqual(expected);
  usage.charge(one, QUERY);
  expect((await usage.ofPrincipal(one)).today.requests).toBe(4);
  expect((await usage.ofTenant(one.tenantId ?? "")).today).toEqual({
    requests: 5,
    refused: 1,
    samplesRead: 2017,
    bodyBytes: 370,
  });
});

test("tells days apart, shows thirty of them, and forgets after 400", async () => {
  usage.charge(one, scrape(10, 100));
  await usage.flush();
  clock.ms += 29 * DAY_MS;
  usage.charge(one, QUERY);
  const record = await usage.ofPrincipal(one);
  expect([record.today.requests, record.last30Days.requests]).toEqual([1, 2]);
  expect(record.lastScrape).toEqual({ atMs: clock.ms - 29 * DAY_MS, series: 10 });
  clock.ms += DAY_MS;
  expect((await usage.ofPrincipal(one)).last30Days.requests).toBe(1);
  clock.ms += 400 * DAY_MS;
  usage.charge(one, QUERY);
  await usage.flush();
  const rows = await database.reader.selectFrom("usage").selectAll().execute();
  expect(rows).toHaveLength(1);
});

test("a client that moves to another tenant leaves its past behind", async () => {
  usage.charge(one, scrape(10, 100));
  const moved = { ...one, tenantId: stranger.tenantId };
  usage.charge(moved, QUERY);
  expect((await usage.ofPrincipal(moved)).last30Days.requests).toBe(1);
  await usage.flush();
  expect((await usage.ofPrincipal(moved)).last30Days.requests).toBe(1);
  expect((await usage.ofPrincipal(moved)).lastScrape).toBeNull();
});

test("what cannot be written is kept for the next time", async () => {
  usage.charge(one, QUERY);
  await database.changeQuietly((writer) =>
    writer.schema.alterTable("usage").renameTo("elsewhere").execute(),
  );
  await expect(usage.flush()).rejects.toThrow(/usage/);
  usage.charge(one, QUERY);
  await database.changeQuietly((writer) =>
    writer.schema.alterTable("elsewhere").renameTo("usage").execute(),
  );
  await usage.flush();
  expect((await usage.ofPrincipal(one)).today.requests).toBe(2);
});
