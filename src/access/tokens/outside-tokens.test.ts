import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClientPrincipal, IdentityProvider } from "#access";
import { type IdentityIssuer, startIdentityIssuer } from "../../../test/fakes/identity-issuer.ts";
import { openTokenWorld, type TokenWorld } from "../../../test/fakes/token-world.ts";

const ACTOR = { kind: "cli", name: "test" } as const;
const MINUTE_MS = 60_000;

let world: TokenWorld;
let issuer: IdentityIssuer;

const providerOf = (more: Partial<IdentityProvider> = {}): IdentityProvider => ({
  name: "corp",
  issuer: issuer.issuer,
  audiences: ["gaugeway"],
  algorithms: ["RS256", "ES256"],
  keySet: { kind: "url", url: issuer.jwksUrl },
  tenant: { kind: "fixed", tenant: "acme" },
  scopes: { kind: "claim", claim: "scope", values: null },
  ...more,
});

function configure(...providers: readonly IdentityProvider[]): void {
  world.oauth = { ...world.oauth, identityProviders: providers };
}

beforeEach(async () => {
  world = await openTokenWorld();
  issuer = await startIdentityIssuer();
  await world.createClient("acme", "metrics.read");
  await world.createClient("bravo", "metrics.read");
  configure(providerOf());
});
afterEach(async () => {
  await issuer[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const sign = (claims: object = {}, header: object = {}): Promise<string> =>
  issuer.sign(world.clock.ms, { ...claims }, { ...header });

const present = async (claims: object = {}, header: object = {}): Promise<string> =>
  world.present(await sign(claims, header));

async function principalOf(claims: object = {}): Promise<ClientPrincipal | null> {
  const authorization = [`Bearer ${await sign(claims)}`];
  const outcome = await world.access.authenticate(authorization, { address: "198.51.100.1" });
  return outcome.kind === "authenticated" ? outcome.principal : null;
}

const scopesFor = async (claims: object) => (await principalOf(claims))?.scopes;

const byClaim = (claim: string, values: ReadonlyMap<string, string> | null = null) =>
  providerOf({ tenant: { kind: "claim", claim, values } });

const UNAVAILABLE = { code: "key_set_unavailable" };

test("a token of a configured provider opens its tenant's data with its scopes", async () => {
  expect(await principalOf()).toMatchObject({
    clientId: "corp|robot-7",
    owner: "tenant",
    tenantName: "acme",
    scopes: ["metrics.read"],
    entitlement: { selectors: ['{tenant="acme"}'] },
  });
  expect(issuer.asked()).toBe(1);
});

describe("is refused", () => {
  const wrong: readonly (readonly [string, object, object])[] = [
    ["for another audience", { aud: "other" }, {}],
    ["without audience", { aud: undefined }, {}],
    ["of another issuer", { iss: "https://other.example.com" }, {}],
    ["that has ended", { exp: 1_700_000_000 }, {}],
    ["without end", { exp: undefined }, {}],
    ["that begins later", { nbf: 1_800_000_000 + 3600 }, {}],
    ["without subject", { sub: undefined }, {}],
    ["with an empty subject", { sub: "" }, {}],
    ["with a subject of two lines", { sub: "a\nb" }, {}],
    ["with an endless subject", { sub: "x".repeat(300) }, {}],
    ["that is a logout token", {}, { typ: "logout+jwt" }],
    ["that is a proof", {}, { typ: "dpop+jwt" }],
    ["with a key that nobody has", {}, { kid: "other" }],
  ];
  test.each(wrong)("one %s", async (_what, claims, header) => {
    expect(await present(claims, header)).toBe("invalid");
  });

  test("one under an algorithm that is not accepted, also with the right key", async () => {
    configure(providerOf({ algorithms: ["RS256"] }));
    expect(await present()).toBe("invalid");
  });

  test("one that signs itself with the shown key as a secret", async () => {
    await present();
    const secret = new TextEncoder().encode(JSON.stringify(issuer.keySet()));
    const forged = await new SignJWT({ iss: issuer.issuer, aud: "gaugeway", sub: "x" })
      .setExpirationTime(Math.floor(world.clock.ms / 1000) + 60)
      .setProtectedHeader({ alg: "HS256", kid: "key-1" })
      .sign(secret);
    expect(await world.present(forged)).toBe("invalid");
  });

  test("one of a provider that is not configured any more, at once", async () => {
    const token = await sign();
    expect(await world.present(token)).toBe("authenticated");
    configure();
    expect(await world.present(token)).toBe("invalid");
  });

  test("one that has ended, though it was right a moment ago, but for the clocks' skew", async () => {
    const token = await sign();
    expect(await world.present(token)).toBe("authenticated");
    world.clock.ms += 5 * MINUTE_MS + 29_000;
    expect(await world.present(token)).toBe("authenticated");
    world.clock.ms += 1_000;
    expect(await world.present(token)).toBe("invalid");
  });

  test("one provider's key under another provider's name", async () => {
    await using other = await startIdentityIssuer();
    const keySet = { kind: "url", url: other.jwksUrl } as const;
    configure(providerOf(), providerOf({ name: "two", issuer: other.issuer, keySet }));
    const token = await other.sign(world.clock.ms, { iss: issuer.issuer });
    expect(await world.present(token)).toBe("invalid");
    expect(await world.present(await other.sign(world.clock.ms))).toBe("authenticated");
  });
});

describe("whose data", () => {
  const cases: readonly (readonly [string, object, string | null])[] = [
    ["by the tenant's name", { org: "bravo" }, "bravo"],
    ["in a list of one", { org: ["bravo"] }, "bravo"],
    ["of two", { org: ["acme", "bravo"] }, null],
    ["not told", {}, null],
    ["of nobody", { org: "nobody" }, null],
    ["in another case", { org: "Acme" }, null],
    ["as an object", { org: { name: "acme" } }, null],
    ["of all", { org: "*" }, null],
    ["of one or the other", { org: "acme|bravo" }, null],
    ["by a path", { org: "../acme" }, null],
    ["with a blank behind", { org: "acme " }, null],
    ["with a NUL behind", { org: "acme\0" }, null],
    ["empty", { org: "" }, null],
    ["as true", { org: true }, null],
  ];
  test.each(cases)("%s", async (_what, claims, tenant) => {
    configure(byClaim("org"));
    expect((await principalOf(claims))?.tenantName ?? null).toBe(tenant);
  });

  test("by a map only of what is in it, and deep or dotted claims", async () => {
    configure(byClaim("https://corp.example/org", new Map([["4711", "acme"]])));
    expect((await principalOf({ "https://corp.example/org": "4711" }))?.tenantName).toBe("acme");
    expect(await principalOf({ "https://corp.example/org": "acme" })).toBeNull();
    configure(byClaim("organization.id"));
    expect((await principalOf({ organization: { id: "bravo" } }))?.tenantName).toBe("bravo");
    expect(await principalOf({ organization: "bravo" })).toBeNull();
    configure(byClaim("__proto__.id"));
    expect(await principalOf({ organization: { id: "bravo" } })).toBeNull();
  });

  test("of a tenant that is deleted: nobody's, from the next request on", async () => {
    const token = await sign();
    expect(await world.present(token)).toBe("authenticated");
    await world.access.tenants.delete("acme", ACTOR);
    expect(await world.present(token)).toBe("invalid");
  });
});

test("scopes are the tenants' own: no wildcards, nothing of the operator, unless configured", async () => {
  expect(await scopesFor({ scope: "metrics.read metrics.* * targets.read openid" })).toEqual([
    "metrics.read",
  ]);
  expect(await scopesFor({ scope: ["metrics.read", "metrics.query"] })).toEqual([
    "metrics.query",
    "metrics.read",
  ]);
  expect(await scopesFor({ scope: undefined })).toEqual([]);
  const values = new Map([["reader", ["metrics.read"]]]);
  configure(providerOf({ scopes: { kind: "claim", claim: "realm_access.roles", values } }));
  expect(await scopesFor({ realm_access: { roles: ["reader", "metrics.query"] } })).toEqual([
    "metrics.read",
  ]);
  configure(providerOf({ scopes: { kind: "fixed", scopes: ["metrics.query"] } }));
  expect(await scopesFor({})).toEqual(["metrics.query"]);
});

describe("keys", () => {
  test("are asked for once, again when a token names a new one, and never at will", async () => {
    const first = await sign();
    await Promise.all(Array.from({ length: 10 }, () => world.present(first)));
    expect(issuer.asked()).toBe(1);
    issuer.rotate();
    world.clock.ms += MINUTE_MS;
    expect(await present()).toBe("authenticated");
    expect(issuer.asked()).toBe(2);
    for (let i = 0; i < 20; i++) await present({}, { kid: `guess-${i}` });
    expect(issuer.asked()).toBe(2);
    world.clock.ms += 10_000;
    for (let i = 0; i < 20; i++) await present({}, { kid: `guess-${i}` });
    expect(issuer.asked()).toBe(3);
    expect(world.errors).toEqual([]);
  });

  test("that the provider withdraws end their tokens in ten minutes", async () => {
    const token = await sign({ exp: Math.floor(world.clock.ms / 1000) + 3600 });
    expect(await world.present(token)).toBe("authenticated");
    issuer.rotate({ keepOld: false });
    world.clock.ms += 10 * MINUTE_MS + 1;
    expect(await world.present(token)).toBe("invalid");
  });

  test("serve on for an hour while the provider is down; then nobody can be told", async () => {
    const lasting = { exp: Math.floor(world.clock.ms / 1000) + 7200 };
    const token = await sign(lasting);
    expect(await world.present(token)).toBe("authenticated");
    issuer.misbehave = (response) => response.destroy();
    world.clock.ms += 59 * MINUTE_MS;
    expect(await world.present(token)).toBe("authenticated");
    // What a new key would say cannot be told: neither right nor wrong.
    await expect(present({}, { kid: "new" })).rejects.toMatchObject(UNAVAILABLE);
    world.clock.ms += 2 * MINUTE_MS;
    await expect(world.present(token)).rejects.toMatchObject(UNAVAILABLE);
    expect(world.errors.length).toBeGreaterThan(0);
    issuer.misbehave = null;
    world.clock.ms += 10_000;
    expect(await world.present(token)).toBe("authenticated");
  });

  const failures: readonly (readonly [string, NonNullable<IdentityIssuer["misbehave"]>])[] = [
    ["an error", (response) => void response.writeHead(500).end("{}")],
    ["a redirect", (response) => void response.writeHead(302, { location: "/jwks" }).end()],
    ["no JSON", (response) => void response.end("<html>")],
    ["no key set", (response) => void response.end('{"keys":{}}')],
    ["an endless set", (response) => void response.end(`{"keys":[${" ".repeat(300_000)}]}`)],
  ];
  test.each(failures)(
    "that come as %s are none, and one request asks once",
    async (_what, answer) => {
      issuer.misbehave = answer;
      const token = await sign();
      for (let i = 0; i < 5; i++) {
        await expect(world.present(token)).rejects.toMatchObject(UNAVAILABLE);
      }
      expect(issuer.asked()).toBe(1);
      expect(world.errors).toHaveLength(1);
    },
  );

  test("of a provider that is down are kept over a reload that changes something else", async () => {
    const token = await sign();
    expect(await world.present(token)).toBe("authenticated");
    issuer.misbehave = (response) => response.destroy();
    configure(providerOf({ scopes: { kind: "fixed", scopes: ["metrics.query"] } }));
    expect(await world.scopesOf(token)).toEqual(["metrics.query"]);
  });

  test("may come from a file, which is read again when a token names a new key", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gaugeway-jwks-"));
    const path = join(folder, "jwks.json");
    writeFileSync(path, JSON.stringify(issuer.keySet()));
    configure(providerOf({ keySet: { kind: "file", path } }));
    expect(await present()).toBe("authenticated");
    issuer.rotate();
    writeFileSync(path, JSON.stringify(issuer.keySet()));
    world.clock.ms += 10_000;
    expect(await present()).toBe("authenticated");
    rmSync(folder, { recursive: true });
    expect(issuer.asked()).toBe(0);
  });

  test("for encryption sign nothing", async () => {
    issuer.misbehave = (response) => {
      const text = JSON.stringify(issuer.keySet()).replace('"use":"sig"', '"use":"enc"');
      response.end(text);
    };
    expect(await present()).toBe("invalid");
  });
});

test("no client of ours can be named like a provider's subject", async () => {
  const named = {
    id: "corp|robot-7",
    name: "x",
    secret: "kq7fz2mw9xd4tb6nh3vc8rj5pl",
    previousSecret: null,
    scopes: ["metrics.read"],
    expiresAtMs: null,
  };
  const tenants = [{ name: "charlie", entitlement: null, clients: [named] }];
  await expect(
    world.access.applyDeclarations({ tenants, operatorClients: [] }),
  ).rejects.toMatchObject({ code: "client_id_invalid" });
});

test("our own tokens are not looked up elsewhere, whatever is configured", async () => {
  const client = await world.createClient("acme", "metrics.read");
  const token = await world.tokenOf(client);
  configure(providerOf({ issuer: world.oauth.issuer }));
  expect(await world.present(token)).toBe("authenticated");
  await world.access.clients.revoke(client.id, ACTOR);
  expect(await world.present(token)).toBe("invalid");
});
