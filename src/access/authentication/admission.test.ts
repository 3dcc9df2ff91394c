import { describe, expect, test } from "vitest";
import type { ClientId, TenantId } from "#model";
import type { Principal } from "../principal.ts";
import { createFailureLimit } from "./failure-limit.ts";
import { FAILURE_LIMIT, SCRAPE_LIMITS } from "./limits.ts";
import { networkOf } from "./network-of.ts";
import { createRequestAdmission } from "./request-admission.ts";
import { createTokenBuckets } from "./token-buckets.ts";

const clockAt = (start: number): { ms: number; nowMs: () => number; monotonicMs: () => number } => {
  const clock = { ms: start, nowMs: (): number => clock.ms, monotonicMs: (): number => clock.ms };
  return clock;
};

describe("token buckets", () => {
  test("start full, run empty, and refill at their rate", () => {
    const buckets = createTokenBuckets({ burst: 2, perSecond: 0.5 }, 10);
    expect([0, 0, 0].map((at) => buckets.take("a", at))).toEqual([0, 0, 2000]);
    expect(buckets.take("b", 0)).toBe(0);
    expect(buckets.take("a", 1999)).toBe(1);
    expect(buckets.take("a", 2000)).toBe(0);
    expect(buckets.take("a", 2000)).toBe(2000);
    expect([0, 0, 0].map(() => buckets.take("a", 1_000_000))).toEqual([0, 0, 2000]);
  });

  test("remember a bounded number of keys, those used last", () => {
    const buckets = createTokenBuckets({ burst: 1, perSecond: 0.001 }, 2);
    for (const key of ["a", "b", "a", "c"]) buckets.take(key, 0);
    expect(buckets.take("a", 0)).toBeGreaterThan(0);
    expect(buckets.take("b", 0)).toBe(0);
  });
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["@unix", "@unix"],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe("the failure limit", () => {
  test("asks to wait after a burst, by id and address", () => {
    const clock = clockAt(0);
    const limit = createFailureLimit(FAILURE_LIMIT, clock);
    const charges = Array.from({ length: 11 }, () => limit.charge("a", "192.0.2.1"));
    expect(charges).toEqual([...Array.from({ length: 10 }, () => 0), 5]);
    expect(limit.charge("b", "192.0.2.1")).toBe(0);
    expect(limit.charge("a", "192.0.2.2")).toBe(0);
    clock.ms += 5000;
    expect(limit.charge("a", "192.0.2.1")).toBe(0);
  });

  test("adds ids up by address, so that trying many is no way round it", () => {
    const limit = createFailureLimit(FAILURE_LIMIT, clockAt(0));
    const charges = Array.from({ length: 101 }, (_, i) => limit.charge(`id${i}`, "2001:db8::1"));
    expect(charges.slice(0, 100).every((seconds) => seconds === 0)).toBe(true);
    expect(charges[100]).toBe(1);
    expect(limit.charge("x", "2001:db8::2")).toBe(1);
    expect(limit.charge("x", "2001:db8:0:1::2")).toBe(0);
  });
});

const principal = (client: string, tenant: string): Principal => ({
  kind: "client",
  clientId: client as ClientId,
  clientName: client,
  owner: "tenant",
  tenantId: tenant as TenantId,
  tenantName: tenant,
  scopes: ["metrics.read"],
  entitlement: null,
  entitlementKey: "",
});

describe("scrapes", () => {
  test("every 30 s are never limited, for 200 targets of one client", () => {
    const clock = clockAt(0);
    const admission = createRequestAdmission(SCRAPE_LIMITS, clock);
    for (let i = 0; i < 1200; i++) {
      const verdict = admission.admit(principal("c", "t"));
      expect(verdict.admitted).toBe(true);
      if (verdict.admitted) verdict.release();
      clock.ms += 30_000 / 200;
    }
  });

  test("in a storm are limited by client, then by tenant, and not for others", () => {
    const admission = createRequestAdmission(SCRAPE_LIMITS, clockAt(0));
    const scrape = (client: string, tenant: string): string => {
      const verdict = admission.admit(principal(client, tenant));
      if (!verdict.admitted) return `${verdict.limit} ${verdict.retryAfterSeconds}`;
      verdict.release();
      return "ok";
    };
    for (let i = 0; i < 50; i++) expect(scrape("c0", "t")).toBe("ok");
    expect(scrape("c0", "t")).toBe("client_rate 1");
    for (let i = 50; i < 250; i++) expect(scrape(`c${i}`, "t")).toBe("ok");
    expect(scrape("c999", "t")).toBe("tenant_rate 1");
    expect(scrape("c0", "other")).toBe("client_rate 1");
    expect(scrape("d", "other")).toBe("ok");
  });

  test("are limited in number at once until some are released, once each", () => {
    const shape = { perSecond: 1000, burst: 1000 };
    const limits = {
      perClient: { ...shape, concurrentMax: 2 },
      perTenant: { ...shape, concurrentMax: 3 },
    };
    const admission = createRequestAdmission(limits, clockAt(0));
    const first = admission.admit(principal("a", "t"));
    admission.admit(principal("a", "t"));
    expect(admission.admit(principal("a", "t"))).toMatchObject({ limit: "client_concurrency" });
    admission.admit(principal("b", "t"));
    expect(admission.admit(principal("b", "t"))).toMatchObject({ limit: "tenant_concurrency" });
    if (first.admitted) {
      first.release();
      first.release();
    }
    expect(admission.admit(principal("a", "t")).admitted).toBe(true);
    expect(admission.admit(principal("a", "t")).admitted).toBe(false);
  });

  test("tell what is left without taking it", () => {
    const clock = clockAt(0);
    const admission = createRequestAdmission(SCRAPE_LIMITS, clock);
    const left = (client: string): readonly number[] =>
      admission.standing(principal(client, "t")).map(({ remaining }) => remaining);
    expect([left("a"), left("a")]).toEqual([
      [50, 250],
      [50, 250],
    ]);
    const verdict = admission.admit(principal("a", "t"));
    expect(verdict.standing.map(({ of, remaining }) => [of, remaining])).toEqual([
      ["client", 49],
      ["tenant", 249],
    ]);
    expect(left("b")).toEqual([50, 249]);
    clock.ms += 100;
    expect(left("a")).toEqual([50, 250]);
  });
});
