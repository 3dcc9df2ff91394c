import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AccessError, type AccessErrorCode } from "./access-error.ts";
import type { Actor } from "./administration/audit.ts";
import type { Authentication } from "./authentication/authenticate.ts";
import { type Access, createAccess } from "./create-access.ts";
import { isClientSecret } from "./credential/client-secret.ts";
import { type Entitlement, NO_ENTITLEMENT } from "./entitlement/entitlement.ts";
import { hasScope } from "./principal.ts";

const ACTOR: Actor = { kind: "cli", name: "test" };
const HOUR_MS = 3_600_000;
const FROM = { address: "192.0.2.1" };

const clock = {
  wallMs: 0,
  nowMs: (): number => clock.wallMs,
  monotonicMs: (): number => clock.wallMs,
};

let folder = "";
let path = "";
let access: Access;
const opened: Access[] = [];

/** A second connection to the same file, as the CLI has one beside the server. */
const open = async (): Promise<Access> => {
  const one = await createAccess({
    path,
    clock,
    onError: (error) => {
      throw error;
    },
  });
  opened.push(one);
  return one;
};

beforeEach(async () => {
  clock.wallMs = 1_800_000_000_000;
  folder = mkdtempSync(join(tmpdir(), "gaugeway-access-"));
  path = join(folder, "data", "access.db");
  access = await open();
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const basic = (id: string, secret: string): readonly string[] => [
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
];

const authenticate = (id: string, secret: string, by: Access = access): Promise<Authentication> =>
  by.authenticate(basic(id, secret), FROM);

const rule = (...selectors: string[]): Entitlement => ({ ...NO_ENTITLEMENT, selectors });

const refusal = async (promise: Promise<unknown>): Promise<AccessErrorCode> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AccessError) return error.code;
    throw error;
  }
  throw new Error("accepted");
};

const makeClient = async (
  tenant = "acme",
): Promise<{ readonly id: string; readonly secret: string }> => {
  await access.tenants.create({ name: tenant, entitlement: rule("up") }, ACTOR);
  const scopes = ["metrics.read"];
  const issued = await access.clients.create({ tenant, name: "scraper", scopes }, ACTOR);
  return { id: issued.client.id, secret: issued.secret };
};

const UNFIT_TENANT_NAMES: readonly string[] = [
  "",
  "-a",
  "a-",
  "Acme",
  "a b",
  "a/b",
  "..",
  ".",
  "*",
  "a'b",
  "a;--",
  "a\nb",
  "é",
  "\u0430",
  "a\0",
  "x".repeat(64),
  "gwt_abc",
  "%00",
  "a:b",
  "a|b",
  "a,b",
  "a!b",
  "`a`",
  '"a"',
];

const idsOf = async (tenant: string): Promise<readonly string[]> =>
  (await access.clients.list({ tenant })).map((client) => client.id);

describe("tenants", () => {
  test("are made, listed, shown, renamed and deleted", async () => {
    const made = await access.tenants.create({ name: "acme", entitlement: rule("up") }, ACTOR);
    expect(made).toMatchObject({ name: "acme", origin: "made", entitlementVersion: 1 });
    expect(made.id).toMatch(/^gwt_[a-z2-7]{26}$/);
    await access.tenants.create({ name: "beta" }, ACTOR);
    expect((await access.tenants.list()).map((tenant) => tenant.name)).toEqual(["acme", "beta"]);
    const renamed = await access.tenants.rename("acme", "acme-2", ACTOR);
    expect(renamed.id).toBe(made.id);
    expect(await access.tenants.show(made.id)).toEqual(renamed);
    expect(await refusal(access.tenants.show("acme"))).toBe("tenant_unknown");
    await access.tenants.delete("acme-2", ACTOR);
    expect(await refusal(access.tenants.show(made.id))).toBe("tenant_unknown");
  });

  test("see nothing until they are entitled, and nothing again when it is taken away", async () => {
    const made = await access.tenants.create({ name: "acme" }, ACTOR);
    expect(made).toMatchObject({ entitlement: null, entitlementVersion: 0 });
    const given = await access.tenants.entitle("acme", rule("a", "b"), ACTOR);
    expect(given).toMatchObject({ entitlement: rule("a", "b"), entitlementVersion: 1 });
    const taken = await access.tenants.entitle("acme", null, ACTOR);
    expect(taken).toMatchObject({ entitlement: NO_ENTITLEMENT, entitlementVersion: 2 });
  });

  test("keep their entitlement when a new one is refused", async () => {
    await access.tenants.create({ name: "acme", entitlement: rule("up") }, ACTOR);
    expect(await refusal(access.tenants.entitle("acme", rule("{"), ACTOR))).toBe(
      "entitlement_invalid",
    );
    expect((await access.tenants.show("acme")).entitlement).toEqual(rule("up"));
  });

  test.each(UNFIT_TENANT_NAMES)("cannot be named %j", async (name) => {
    expect(await refusal(access.tenants.create({ name }, ACTOR))).toBe("tenant_name_invalid");
    expect(await access.tenants.list()).toEqual([]);
  });

  test("have names of their own", async () => {
    await access.tenants.create({ name: "acme" }, ACTOR);
    await access.tenants.create({ name: "beta" }, ACTOR);
    expect(await refusal(access.tenants.create({ name: "acme" }, ACTOR))).toBe("tenant_exists");
    expect(await refusal(access.tenants.rename("beta", "acme", ACTOR))).toBe("tenant_exists");
  });

  test("take their clients with them, and leave nothing to a later tenant of the name", async () => {
    const { id, secret } = await makeClient();
    const before = await access.tenants.show("acme");
    expect((await authenticate(id, secret)).kind).toBe("authenticated");
    expect(await access.tenants.delete("acme", ACTOR)).toBe(1);
    expect((await authenticate(id, secret)).kind).toBe("invalid");
    const after = await access.tenants.create({ name: "acme" }, ACTOR);
    expect(after.id).not.toBe(before.id);
    expect(after).toMatchObject({ entitlement: null, clientCount: 0 });
    expect((await authenticate(id, secret)).kind).toBe("invalid");
    expect(await access.clients.list({ tenant: "acme", includeRevoked: true })).toEqual([]);
  });
});

describe("clients", () => {
  test("get an id and a secret that work as they are in shells, URLs and YAML", async () => {
    const { id, secret } = await makeClient();
    expect(id).toMatch(/^gwc_[a-z2-7]{26}$/);
    expect(secret).toMatch(/^gw_[a-z2-7]{47}$/);
    expect(isClientSecret(secret)).toBe(true);
    expect(isClientSecret(secret.replace(/.$/, (c) => (c === "a" ? "b" : "a")))).toBe(false);
  });

  test("become principals of their tenant with its entitlement", async () => {
    const { id, secret } = await makeClient();
    const tenant = await access.tenants.show("acme");
    const outcome = await authenticate(id, secret);
    expect(outcome).toMatchObject({
      kind: "authenticated",
      principal: {
        clientId: id,
        owner: "tenant",
        tenantId: tenant.id,
        tenantName: "acme",
        scopes: ["metrics.read"],
        entitlement: rule("up"),
      },
    });
  });

  test("see a new entitlement with the next request", async () => {
    const { id, secret } = await makeClient();
    const first = await authenticate(id, secret);
    await access.tenants.entitle("acme", rule("down"), ACTOR);
    const second = await authenticate(id, secret);
    if (first.kind !== "authenticated" || second.kind !== "authenticated") throw new Error("no");
    expect(second.principal.entitlement).toEqual(rule("down"));
    expect(second.principal.entitlementKey).not.toBe(first.principal.entitlementKey);
  });

  test("are listed with their last use and without their secrets", async () => {
    const { id, secret } = await makeClient();
    await authenticate(id, secret);
    await access.flushLastUsed();
    const listed = await access.clients.list({ tenant: "acme" });
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ id, createdAtMs: clock.wallMs, lastUsedAtMs: clock.wallMs });
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(await access.clients.list()).toEqual(listed);
  });

  test("are told apart by tenant", async () => {
    const a = await makeClient("a");
    const b = await makeClient("b");
    expect(await idsOf("a")).toEqual([a.id]);
    expect(await idsOf("b")).toEqual([b.id]);
    expect((await authenticate(a.id, b.secret)).kind).toBe("invalid");
    expect((await authenticate(b.id, a.secret)).kind).toBe("invalid");
  });

  test("of the operator have no tenant and no entitlement", async () => {
    const scopes = ["targets.read"];
    const { client, secret } = await access.clients.create(
      { tenant: null, name: "ops", scopes },
      ACTOR,
    );
    expect(await authenticate(client.id, secret)).toMatchObject({
      principal: { owner: "operator", tenantId: null, entitlement: null },
    });
  });

  test("hold only scopes that exist and that their owner may hold", async () => {
    await access.tenants.create({ name: "acme" }, ACTOR);
    const create = (tenant: string | null, scopes: string[]): Promise<unknown> =>
      access.clients.create({ tenant, name: "x", scopes }, ACTOR);
    for (const scopes of [[], ["metrics.reed"], ["targets.read"], ["metrics.r*"], [""], ["a b"]]) {
      expect(await refusal(create("acme", scopes))).toBe("scope_invalid");
    }
    expect(await refusal(create(null, ["metrics.read"]))).toBe("scope_invalid");
    expect(await refusal(create("nobody", ["metrics.read"]))).toBe("tenant_unknown");
  });

  test.each([
    ["metrics.read", true],
    ["metrics.prometheus.read", true],
    ["metrics.prometheus.*", true],
    ["metrics.*", true],
    ["*", true],
    ["metrics.query", false],
  ])("with scope %s: may scrape: %s", async (scope, may) => {
    await access.tenants.create({ name: "acme" }, ACTOR);
    const { client, secret } = await access.clients.create(
      { tenant: "acme", name: "x", scopes: [scope] },
      ACTOR,
    );
    const outcome = await authenticate(client.id, secret);
    if (outcome.kind !== "authenticated") throw new Error(outcome.kind);
    expect(hasScope(outcome.principal, "metrics.read")).toBe(may);
    expect(hasScope(outcome.principal, "targets.read")).toBe(false);
  });

  test.each(["", " a", "a ", "a  b", "a\nb", "a\u202eb", "a\u200bb", "x".repeat(129), "e\u0301"])(
    "cannot be named %j",
    async (name) => {
      await access.tenants.create({ name: "acme" }, ACTOR);
      const scopes = ["metrics.read"];
      expect(await refusal(access.clients.create({ tenant: "acme", name, scopes }, ACTOR))).toBe(
        "client_name_invalid",
      );
    },
  );

  test("named like SQL are clients like others", async () => {
    await access.tenants.create({ name: "acme" }, ACTOR);
    const name = `Robert'); drop table client;-- "x" \${y}`;
    const scopes = ["metrics.read"];
    const { client, secret } = await access.clients.create({ tenant: "acme", name, scopes }, ACTOR);
    expect((await access.clients.show(client.id)).name).toBe(name);
    expect((await authenticate(client.id, secret)).kind).toBe("authenticated");
    expect((await authenticate("' or '1'='1", secret)).kind).toBe("invalid");
    expect(await refusal(access.clients.show("%"))).toBe("client_unknown");
  });

  test("expire", async () => {
    await access.tenants.create({ name: "acme" }, ACTOR);
    const wanted = { tenant: "acme", name: "x", scopes: ["metrics.read"] };
    const expiresAtMs = clock.wallMs + HOUR_MS;
    const { client, secret } = await access.clients.create({ ...wanted, expiresAtMs }, ACTOR);
    expect((await authenticate(client.id, secret)).kind).toBe("authenticated");
    clock.wallMs = expiresAtMs - 1;
    expect((await authenticate(client.id, secret)).kind).toBe("authenticated");
    clock.wallMs = expiresAtMs;
    expect((await authenticate(client.id, secret)).kind).toBe("invalid");
    const past = { ...wanted, expiresAtMs: clock.wallMs };
    expect(await refusal(access.clients.create(past, ACTOR))).toBe("expiry_invalid");
  });

  test("are rotated with an overlap in which both secrets work", async () => {
    const { id, secret: first } = await makeClient();
    const kinds = async (...secrets: string[]): Promise<readonly string[]> =>
      Promise.all(secrets.map(async (secret) => (await authenticate(id, secret)).kind));
    const { secret: second, previousUntilMs } = await access.clients.rotate(
      id,
      { overlapMs: HOUR_MS },
      ACTOR,
    );
    expect(previousUntilMs).toBe(clock.wallMs + HOUR_MS);
    expect(await kinds(first, second)).toEqual(["authenticated", "authenticated"]);
    clock.wallMs += HOUR_MS - 1;
    expect(await kinds(first, second)).toEqual(["authenticated", "authenticated"]);
    clock.wallMs += 1;
    expect(await kinds(first, second)).toEqual(["invalid", "authenticated"]);

    const { secret: third } = await access.clients.rotate(id, {}, ACTOR);
    const { secret: fourth } = await access.clients.rotate(id, {}, ACTOR);
    expect(await kinds(second, third, fourth)).toEqual([
      "invalid",
      "authenticated",
      "authenticated",
    ]);
    const { secret: fifth } = await access.clients.rotate(id, { overlapMs: 0 }, ACTOR);
    expect(await kinds(third, fourth, fifth)).toEqual(["invalid", "invalid", "authenticated"]);
    expect(await refusal(access.clients.rotate(id, { overlapMs: -1 }, ACTOR))).toBe(
      "overlap_invalid",
    );
  });

  test("are revoked for good, from the next request on", async () => {
    const { id, secret } = await makeClient();
    expect((await authenticate(id, secret)).kind).toBe("authenticated");
    const revoked = await access.clients.revoke(id, ACTOR);
    expect(revoked.revokedAtMs).toBe(clock.wallMs);
    expect((await authenticate(id, secret)).kind).toBe("invalid");
    expect(await refusal(access.clients.rotate(id, {}, ACTOR))).toBe("client_revoked");
    expect(await refusal(access.clients.revoke(id, ACTOR))).toBe("client_revoked");
    expect(await access.clients.list()).toEqual([]);
    expect(await access.clients.list({ includeRevoked: true })).toHaveLength(1);
  });
});

describe("the database", () => {
  test("is readable by its owner only, and holds no secret", async () => {
    const { secret } = await makeClient();
    expect(statSync(path).mode & 0o077).toBe(0);
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("select * from client_secret").all();
    const audit = database.prepare("select * from audit").all();
    database.close();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([rows, audit])).not.toContain(secret.slice(3, 20));
  });

  test("is kept", async () => {
    const { id, secret } = await makeClient();
    await access[Symbol.asyncDispose]();
    opened.pop();
    access = await open();
    expect((await authenticate(id, secret)).kind).toBe("authenticated");
  });

  test("of a newer version is refused", async () => {
    await access[Symbol.asyncDispose]();
    opened.pop();
    const database = new DatabaseSync(path);
    database.exec("insert into schema_version values (99, 0)");
    database.close();
    expect(await refusal(open())).toBe("access_database_newer");
  });

  test("that is no database is refused", async () => {
    path = join(folder, "text");
    await import("node:fs").then(({ writeFileSync }) => writeFileSync(path, "x".repeat(5000)));
    expect(await refusal(open())).toBe("access_database_failed");
  });

  test("with an entitlement that nobody wrote lets nobody in", async () => {
    const { id, secret } = await makeClient();
    for (const body of ["", "{}", '{"selectors":["up"]}', "null", '{"selectors":"up"}']) {
      const database = new DatabaseSync(path);
      database.prepare("update entitlement set body = ?").run(body);
      database.close();
      expect(await refusal(authenticate(id, secret))).toBe("access_data_invalid");
    }
  });

  test("shows one connection at once what another has changed", async () => {
    const { id, secret } = await makeClient();
    const server = await open();
    expect((await authenticate(id, secret, server)).kind).toBe("authenticated");
    await access.tenants.entitle("acme", rule("down"), ACTOR);
    expect(await authenticate(id, secret, server)).toMatchObject({
      principal: { entitlement: rule("down") },
    });
    await access.clients.revoke(id, ACTOR);
    expect((await authenticate(id, secret, server)).kind).toBe("invalid");
  });

  test("held by another process is reported, and works again afterwards", async () => {
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    const impatient = await createAccess({ path: ":memory:", clock, onError: () => {} });
    await impatient[Symbol.asyncDispose]();
    const quick = createAccess({ path, clock, onError: () => {}, busyTimeoutMs: 1 });
    expect(await refusal(quick)).toBe("access_database_busy");
    other.exec("rollback");
    other.close();
    expect((await access.tenants.create({ name: "acme" }, ACTOR)).name).toBe("acme");
  });

  test("records who did what, and forgets nothing of an act that failed", async () => {
    const { id } = await makeClient();
    await access.clients.rotate(id, {}, ACTOR);
    await refusal(access.tenants.create({ name: "acme" }, ACTOR));
    await access.clients.revoke(id, ACTOR);
    await access.tenants.delete("acme", ACTOR);
    const entries = await access.auditEntries(10);
    expect(entries.map((entry) => entry.action)).toEqual([
      "tenant.delete",
      "client.revoke",
      "client.rotate",
      "client.create",
      "tenant.create",
    ]);
    expect(entries[0]).toMatchObject({ actor: ACTOR, subjectName: "acme", atMs: clock.wallMs });
  });
});
