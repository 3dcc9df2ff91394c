import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Actor, AUDIT_RETENTION, createAuditLog } from "../administration/audit.ts";
import { type Clients, createClients } from "../administration/clients.ts";
import { createTenants } from "../administration/tenants.ts";
import { secretMatches } from "../credential/secret-hash.ts";
import { type AccessDatabase, openAccessDatabase } from "../database/access-database.ts";
import { NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { type Authenticate, createAuthenticators } from "./authenticate.ts";
import { createFailureLimit } from "./failure-limit.ts";
import { FAILURE_LIMIT } from "./limits.ts";
import { createLastUsed } from "./last-used.ts";

const ACTOR: Actor = { kind: "cli", name: "test" };
const FROM = { address: "192.0.2.1" };
const clock = {
  ms: 1_800_000_000_000,
  nowMs: (): number => clock.ms,
  monotonicMs: (): number => clock.ms,
};

let database: AccessDatabase;
let clients: Clients;
let authenticate: Authenticate;
let comparisons = 0;
let id = "";
let secret = "";

beforeEach(async () => {
  database = await openAccessDatabase(":memory:", clock, 0);
  const deps = { database, clock, audit: createAuditLog(clock, AUDIT_RETENTION) };
  await createTenants(deps).create(
    { name: "acme", entitlement: { ...NO_ENTITLEMENT, selectors: ["up"] } },
    ACTOR,
  );
  clients = createClients(deps);
  const scopes = ["metrics.read"];
  const issued = await clients.create({ tenant: "acme", name: "x", scopes }, ACTOR);
  ({ secret } = issued);
  ({ id } = issued.client);
  comparisons = 0;
  ({ authenticate } = createAuthenticators({
    database,
    clock,
    failureLimit: createFailureLimit(FAILURE_LIMIT, clock),
    lastUsed: createLastUsed(database, () => {}),
    tokens: { verify: async () => null, generation: () => 0 },
    check: (stored, candidate) => {
      comparisons += 1;
      return secretMatches(stored, candidate);
    },
  }));
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
});

const send = async (user: string, password: string): Promise<string> => {
  const header = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return (await authenticate([header], FROM)).kind;
};

const comparisonsOf = async (user: string, password: string): Promise<number> => {
  const before = comparisons;
  await send(user, password);
  return comparisons - before;
};

describe("a wrong id and a wrong secret", () => {
  test("look alike and cost alike, with one secret or two, revoked or not", async () => {
    const answers = [await send("gwc_unknown", secret), await send(id, "gw_wrong")];
    expect(answers).toEqual(["invalid", "invalid"]);
    expect(await comparisonsOf("gwc_unknown", secret)).toBe(2);
    expect(await comparisonsOf(id, "gw_wrong")).toBe(2);
    await clients.rotate(id, {}, ACTOR);
    expect(await comparisonsOf(id, "gw_wrong")).toBe(2);
    await clients.revoke(id, ACTOR);
    expect(await comparisonsOf(id, "gw_wrong")).toBe(2);
    expect(await comparisonsOf(id, secret)).toBe(2);
  });

  test("are limited alike", async () => {
    const known: string[] = [];
    const unknown: string[] = [];
    for (let i = 0; i < 12; i++) {
      known.push(await send(id, "wrong"));
      unknown.push(await send("gwc_unknown", "wrong"));
    }
    expect(known).toEqual(unknown);
    expect(known.at(-1)).toBe("limited");
  });
});

test("the owner is let in however many others have failed under the id and the address", async () => {
  for (let i = 0; i < 300; i++) await send(id, `guess ${i}`);
  expect(await send(id, "guess")).toBe("limited");
  expect(await send(id, secret)).toBe("authenticated");
});

test("a right credential is compared once a minute, and again after any change", async () => {
  expect(await comparisonsOf(id, secret)).toBe(2);
  expect(await comparisonsOf(id, secret)).toBe(0);
  clock.ms += 59_999;
  expect(await comparisonsOf(id, secret)).toBe(0);
  clock.ms += 1;
  expect(await comparisonsOf(id, secret)).toBe(2);
  const other = { tenant: "acme", name: "y", scopes: ["metrics.read"] };
  await clients.create(other, ACTOR);
  expect(await comparisonsOf(id, secret)).toBe(2);
});

test("what was read before a revocation is not remembered after it", async () => {
  const [during] = await Promise.all([send(id, secret), clients.revoke(id, ACTOR)]);
  expect(["authenticated", "invalid"]).toContain(during);
  expect(await send(id, secret)).toBe("invalid");
});

test("no credential and a wrong one are told apart", async () => {
  expect((await authenticate([], FROM)).kind).toBe("missing");
  expect((await authenticate(["Bearer x"], FROM)).kind).toBe("invalid");
  expect((await authenticate(["Basic !"], FROM)).kind).toBe("invalid");
});

test("without its database nobody gets in", async () => {
  expect(await send(id, secret)).toBe("authenticated");
  await database[Symbol.asyncDispose]();
  await expect(send(id, secret)).rejects.toThrow(/./);
  database = await openAccessDatabase(":memory:", clock, 0);
});
