import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeJwt, decodeProtectedHeader } from "jose";
import {
  type CreatedClient,
  ISSUER,
  openTokenWorld,
  type TokenWorld,
} from "../../../test/fakes/token-world.ts";
import { type AccessDeclarations, createAccess } from "#access";

const ACTOR = { kind: "cli", name: "test" } as const;

let world: TokenWorld;
beforeEach(async () => (world = await openTokenWorld()));
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

function declared(more: object = {}) {
  return {
    id: "declared",
    name: "declared",
    secret: SECRET,
    previousSecret: null,
    scopes: ["metrics.read"],
    expiresAtMs: null,
    ...more,
  };
}

/** The client as one that asks something of the token service. */
async function askerOf({ id, secret }: CreatedClient) {
  const outcome = await world.access.authenticateClient(id, secret, { address: "" });
  if (outcome.kind !== "authenticated") throw new Error(outcome.kind);
  return { kind: "client", client: outcome.principal } as const;
}

describe("an access token", () => {
  test("is a JWT as RFC 9068 has it, and says no more than it must", async () => {
    const client = await world.createClient("acme", "metrics.read");
    const token = await world.tokenOf(client);
    const seconds = world.clock.ms / 1000;
    expect(decodeProtectedHeader(token)).toEqual({
      alg: "RS256",
      typ: "at+jwt",
      kid: expect.any(String),
    });
    expect(decodeJwt(token)).toEqual({
      iss: ISSUER,
      aud: ISSUER,
      sub: client.id,
      client_id: client.id,
      scope: "metrics.read",
      token_family: expect.any(String),
      jti: expect.any(String),
      iat: seconds,
      exp: seconds + 3600,
    });
  });

  test("works until its end by the clock, though it was right a moment ago", async () => {
    const token = await world.tokenOf(await world.createClient("acme", "metrics.read"));
    world.clock.ms += 3_599_999;
    expect(await world.present(token)).toBe("authenticated");
    world.clock.ms += 1;
    expect(await world.present(token)).toBe("invalid");
  });

  test("makes the client's principal, with its entitlement", async () => {
    const client = await world.createClient("acme", "metrics.read", "metrics.query");
    const token = await world.tokenOf(client, "metrics.read");
    const outcome = await world.access.authenticate([`Bearer ${token}`], { address: "" });
    expect(outcome).toMatchObject({
      kind: "authenticated",
      principal: {
        clientId: client.id,
        tenantName: "acme",
        scopes: ["metrics.read"],
        entitlement: { selectors: ['{tenant="acme"}'] },
      },
    });
  });

  test("does not outlive its client, and is not given to one that ends within the second", async () => {
    const { access } = world;
    await access.tenants.create({ name: "acme" }, ACTOR);
    const wanted = { tenant: "acme", name: "brief", scopes: ["metrics.read"] };
    const expiresAtMs = world.clock.ms + 60_500;
    const { client, secret } = await access.clients.create({ ...wanted, expiresAtMs }, ACTOR);
    const issue = async () => {
      const asker = await askerOf({ id: client.id, secret });
      return access.tokens.issue(asker.client, { scopes: [] });
    };
    expect((await issue()).expiresInSeconds).toBe(60);
    world.clock.ms += 59_600;
    await expect(issue()).resolves.toMatchObject({ expiresInSeconds: 1 });
    world.clock.ms += 500;
    await expect(issue()).rejects.toMatchObject({ code: "client_revoked" });
  });

  test("is one of many: each works by itself and ends by itself", async () => {
    const client = await world.createClient("acme", "metrics.read");
    const tokens = await Promise.all(Array.from({ length: 20 }, () => world.tokenOf(client)));
    expect(new Set(tokens).size).toBe(20);
    const [first = "", ...others] = tokens;
    await world.access.tokens.revoke(await askerOf(client), first);
    expect(await world.present(first)).toBe("invalid");
    for (const token of others) expect(await world.present(token)).toBe("authenticated");
  });
});

describe("scopes", () => {
  test.each([
    ["nothing", [], "metrics.read metrics.query"],
    ["one", ["metrics.query"], "metrics.query"],
    ["its older name", ["metrics.prometheus.read"], "metrics.read"],
    ["one that it has and one that it has not", ["metrics.read", "metrics.write"], "metrics.read"],
  ])("asked for %s", async (_what, wished, given) => {
    const client = await world.createClient("acme", "metrics.read", "metrics.query");
    expect(decodeJwt(await world.tokenOf(client, ...wished))["scope"]).toBe(given);
  });

  test.each([
    ["one that it has not", "metrics.write", /is not granted metrics\.write; it may ask for: m/],
    ["one that nobody has", "metrics:*", /cannot be given "metrics:\*"/],
    ["a wildcard", "metrics.*", /cannot be given "metrics\.\*"/],
    ["all", "*", /cannot be given "\*"/],
    ["one of the operator's", "targets.read", /cannot be given "targets\.read"/],
    ["a name of the language", "constructor", /cannot be given "constructor"/],
  ])("asked for %s: refused with what may be asked", async (_what, wish, message) => {
    const client = await world.createClient("acme", "metrics.read");
    const refused = world.tokenOf(client, wish);
    await expect(refused).rejects.toMatchObject({ code: "token_scope_invalid", message });
  });

  test("a wildcard is spelled out, and not for what the owner cannot hold", async () => {
    const client = await world.createClient("acme", "*");
    expect(decodeJwt(await world.tokenOf(client))["scope"]).toBe(
      "metrics.read metrics.query metrics.write",
    );
  });

  test("that a client loses are lost by the tokens that it has", async () => {
    const client = await world.createClient("acme", "metrics.read", "metrics.query");
    const token = await world.tokenOf(client);
    expect(await world.scopesOf(token)).toEqual(["metrics.read", "metrics.query"]);
    await world.access.clients.setScopes(client.id, ["metrics.query"], ACTOR);
    expect(await world.scopesOf(token)).toEqual(["metrics.query"]);
    // What it never had is not gained by being granted later.
    await world.access.clients.setScopes(client.id, ["metrics.*"], ACTOR);
    expect(await world.scopesOf(token)).toEqual(["metrics.read", "metrics.query"]);
  });

  test("a token for another resource is not given (RFC 8707)", async () => {
    const client = await world.createClient("acme", "metrics.read");
    const asker = await askerOf(client);
    const ask = (resource: string) =>
      world.access.tokens.issue(asker.client, { scopes: [], resource });
    await expect(ask(`${ISSUER}/metrics/v1`)).resolves.toBeDefined();
    for (const resource of ["https://other.example.com", `${ISSUER}.evil.com`]) {
      await expect(ask(resource)).rejects.toMatchObject({ code: "token_target_invalid" });
    }
  });
});

describe("what ends a token with the next request", () => {
  const ends: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
    ["revoking its client", (id) => world.access.clients.revoke(id, ACTOR)],
    ["revoking the client's tokens", (id) => world.access.clients.revokeTokens(id, ACTOR)],
    ["deleting its tenant", () => world.access.tenants.delete("acme", ACTOR)],
    ["forgetting the keys", () => world.access.tokens.forgetKeys(ACTOR)],
  ];
  test.each(ends)("%s", async (_what, end) => {
    const client = await world.createClient("acme", "metrics.read");
    const other = await world.createClient("bravo", "metrics.read");
    const token = await world.tokenOf(client);
    expect(await world.present(token)).toBe("authenticated");
    await end(client.id);
    expect(await world.present(token)).toBe("invalid");
    expect(await world.present(await world.tokenOf(other))).toBe("authenticated");
  });

  test("a new secret does not; the client fetches no other before the token's end", async () => {
    const client = await world.createClient("acme", "metrics.read");
    const token = await world.tokenOf(client);
    await world.access.clients.rotate(client.id, { overlapMs: 0 }, ACTOR);
    expect(await world.present(token)).toBe("authenticated");
  });

  test("a client that was removed and declared again is another one, also under its id", async () => {
    const declare = (tenant: string, clients: readonly ReturnType<typeof declared>[]) => {
      const names = ["acme", "bravo"];
      const declarations: AccessDeclarations = {
        tenants: names.map((name) => ({
          name,
          entitlement: null,
          clients: name === tenant ? clients : [],
        })),
        operatorClients: [],
      };
      return world.access.applyDeclarations(declarations);
    };
    const client = { id: "declared", secret: SECRET };
    await declare("acme", [declared()]);
    const first = await world.tokenOf(client);
    await declare("acme", [declared({ name: "renamed" })]);
    expect(await world.present(first)).toBe("authenticated");
    await declare("acme", []);
    await declare("acme", [declared()]);
    expect(await world.present(first)).toBe("invalid");
    const second = await world.tokenOf(client);
    await declare("bravo", [declared()]);
    expect(await world.present(second)).toBe("invalid");
    expect(await world.present(await world.tokenOf(client))).toBe("authenticated");
  });
});

describe("introspection and revocation", () => {
  test("are for one's own tokens, and for the operator's clients with the scope", async () => {
    const owner = await world.createClient("acme", "metrics.read");
    const sibling = await world.createClient("acme", "metrics.*");
    const stranger = await world.createClient("bravo", "*");
    const operator = await world.createClient(null, "tokens.introspect");
    const token = await world.tokenOf(owner);
    const { tokens } = world.access;
    for (const other of [sibling, stranger]) {
      expect(await tokens.introspect(await askerOf(other), token)).toBeNull();
    }
    for (const other of [sibling, stranger, operator]) {
      const refused = tokens.revoke(await askerOf(other), token);
      await expect(refused).rejects.toMatchObject({ code: "token_foreign" });
    }
    for (const asker of [owner, operator]) {
      expect(await tokens.introspect(await askerOf(asker), token)).toMatchObject({
        clientId: owner.id,
        scopes: ["metrics.read"],
        tenantName: "acme",
      });
    }
    const revoker = await world.createClient(null, "tokens.revoke");
    await tokens.revoke(await askerOf(revoker), token);
    expect(await tokens.introspect(await askerOf(owner), token)).toBeNull();
    expect(await world.access.auditEntries(1)).toMatchObject([
      { action: "token.revoke", actor: { kind: "client", name: revoker.id }, subjectId: owner.id },
    ]);
  });

  test("a client that ends its own token again and again fills no log", async () => {
    const client = await world.createClient("acme", "metrics.read");
    const before = (await world.access.auditEntries(1000)).length;
    const token = await world.tokenOf(client);
    const keys = 1;
    for (let i = 0; i < 3; i++) await world.access.tokens.revoke(await askerOf(client), token);
    expect(await world.access.auditEntries(1000)).toHaveLength(before + keys);
  });

  test("what is no token is no error", async () => {
    const asker = await askerOf(await world.createClient("acme", "metrics.read"));
    for (const text of ["", "x", "a.b.c", "e30.e30.e30"]) {
      expect(await world.access.tokens.introspect(asker, text)).toBeNull();
      await world.access.tokens.revoke(asker, text);
    }
  });
});

test("a client that asks for tokens without pause is told to wait, others are not", async () => {
  const { tokens } = world.access;
  const waits = Array.from({ length: 101 }, () => tokens.admit("gwc_hasty"));
  expect([waits[99], waits[100]]).toEqual([0, 1]);
  expect(tokens.admit("gwc_other")).toBe(0);
});

test("without OAuth settings there are still tokens, for tests and tools", async () => {
  const clock = { nowMs: Date.now, monotonicMs: (): number => performance.now() };
  await using access = await createAccess({ path: ":memory:", clock, onError: () => {} });
  expect(access.tokens.issuer()).toBe("http://localhost");
});
