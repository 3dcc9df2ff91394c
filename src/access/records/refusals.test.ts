import { afterEach, beforeEach, expect, test } from "vitest";
import { type AccessDatabase, openAccessDatabase } from "../database/access-database.ts";
import { REFUSAL_KINDS_PER_MINUTE_MAX } from "./limits.ts";
import { createRefusals, type RefusalKind, type Refusals } from "./refusals.ts";

const HOUR_MS = 3_600_000;
const clock = {
  ms: 500_000 * HOUR_MS,
  nowMs: (): number => clock.ms,
  monotonicMs: (): number => clock.ms,
};

let database: AccessDatabase;
let refusals: Refusals;
beforeEach(async () => {
  database = await openAccessDatabase(":memory:", clock, 0);
  refusals = createRefusals(database, clock, (error) => {
    throw error;
  });
});
afterEach(async () => {
  await refusals[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const kind = (more: Partial<RefusalKind> = {}): RefusalKind => ({
  reason: "unauthorized",
  path: "/metrics/v1",
  clientId: "gwc_a",
  tenantId: null,
  address: "192.0.2.1",
  ...more,
});

test("are counted by what they have in common and by hour, however they are written", async () => {
  refusals.record(kind());
  clock.ms += 60_000;
  refusals.record(kind());
  await refusals.flush();
  clock.ms += 60_000;
  refusals.record(kind());
  refusals.record(kind({ reason: "insufficient_scope", tenantId: "t" }));
  const [first, second] = await refusals.list(10);
  const counted = [first, second].find((refusal) => refusal?.count === 3);
  expect((first?.count ?? 0) + (second?.count ?? 0)).toBe(4);
  expect(counted).toEqual({
    ...kind(),
    count: 3,
    firstAtMs: clock.ms - 120_000,
    lastAtMs: clock.ms,
  });
  clock.ms += HOUR_MS;
  refusals.record(kind());
  expect(await refusals.list(10)).toHaveLength(3);
  expect(await refusals.list(1)).toMatchObject([{ lastAtMs: clock.ms }]);
});

test("what strangers claim is cut and cannot play tricks; IPv6 is told by network", async () => {
  refusals.record(kind({ clientId: `\u001b[2J\n${"x".repeat(500)}`, address: "2001:db8::7" }));
  const [refusal] = await refusals.list(1);
  expect(refusal?.clientId).toBe(`?[2J?${"x".repeat(59)}`);
  expect(refusal?.address).toBe("2001:db8:0:0::/64");
});

test("a flood of kinds is counted whole in bounded rows", async () => {
  const total = REFUSAL_KINDS_PER_MINUTE_MAX + 500;
  for (let i = 0; i < total; i++) refusals.record(kind({ clientId: `guess-${i}` }));
  const rows = await refusals.list(10_000);
  expect(rows).toHaveLength(REFUSAL_KINDS_PER_MINUTE_MAX + 1);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  expect(rows.filter(({ clientId }) => clientId === null)).toMatchObject([{ count: 500 }]);
});

test("are forgotten after ninety days", async () => {
  refusals.record(kind());
  await refusals.flush();
  clock.ms += 91 * 24 * HOUR_MS;
  refusals.record(kind({ clientId: "gwc_b" }));
  expect(await refusals.list(10)).toMatchObject([{ clientId: "gwc_b" }]);
});
