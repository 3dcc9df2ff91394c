import * as fc from "fast-check";
import { expect, test } from "vitest";
import { QueryAdmission } from "./query-admission.ts";

const never = new AbortController().signal;
const limits = { concurrentMax: 2, tenantConcurrentMax: 1, tenantQueuedMax: 3 };

/** Gives resolved promises their turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

test("a tenant never has more than its share, and others go past those who wait", async () => {
  const admission = new QueryAdmission(limits);
  const leave = await admission.enter("a", 1000, never);
  const order: string[] = [];
  const second = admission.enter("a", 1000, never).then((left) => (order.push("a2"), left));
  const other = await admission.enter("b", 1000, never);
  await settle();
  expect(order).toEqual([]);
  expect([admission.runningCount, admission.waitingCount]).toEqual([2, 1]);
  leave();
  (await second)();
  other();
  expect([admission.runningCount, admission.waitingCount]).toEqual([0, 0]);
});

test("among tenants the turn goes round, whoever has asked for more", async () => {
  const admission = new QueryAdmission({ ...limits, concurrentMax: 1 });
  const order: string[] = [];
  const leave = await admission.enter("x", 1000, never);
  const ask = (tenant: string) =>
    admission.enter(tenant, 1000, never).then((left) => {
      order.push(tenant);
      left();
    });
  const all = [ask("a"), ask("a"), ask("a"), ask("b"), ask("c")];
  leave();
  await Promise.all(all);
  expect(order).toEqual(["a", "b", "c", "a", "a"]);
});

test("who waits too long, leaves, or finds the queue full is told so", async () => {
  const admission = new QueryAdmission(limits);
  const leave = await admission.enter("a", 1000, never);
  const abort = new AbortController();
  const given = admission.enter("a", 60_000, abort.signal);
  const late = admission.enter("a", 1, never);
  const third = admission.enter("a", 60_000, abort.signal);
  await expect(admission.enter("a", 1000, never)).rejects.toMatchObject({
    code: "query_queue_full",
  });
  await expect(late).rejects.toMatchObject({
    code: "promql_timeout",
    message: "query timed out in query queue",
  });
  abort.abort();
  await expect(given).rejects.toMatchObject({ code: "promql_canceled" });
  await expect(third).rejects.toMatchObject({ code: "promql_canceled" });
  await expect(admission.enter("a", 60_000, abort.signal)).rejects.toMatchObject({
    code: "promql_canceled",
  });
  expect(admission.waitingCount).toBe(0);
  leave();
  leave();
  expect(admission.runningCount).toBe(0);
});

test("whatever comes and goes, the limits hold and everybody gets a turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 9 }),
      async (tenants) => {
        const wide = { concurrentMax: 2, tenantConcurrentMax: 1, tenantQueuedMax: 9 };
        const admission = new QueryAdmission(wide);
        const running = new Map<string, number>();
        let done = 0;
        await Promise.all(
          tenants.map(async (tenant) => {
            const leave = await admission.enter(tenant, 60_000, never);
            const count = (running.get(tenant) ?? 0) + 1;
            running.set(tenant, count);
            expect(count).toBe(1);
            expect(admission.runningCount).toBeLessThanOrEqual(2);
            await settle();
            running.set(tenant, 0);
            done += 1;
            leave();
          }),
        );
        expect(done).toBe(tenants.length);
        expect(admission.runningCount).toBe(0);
      },
    ),
  );
});
