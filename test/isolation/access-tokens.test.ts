/**
 * Tokens that are not what they seem, over the wire. Each differs from a right one in one thing; each
 * must get the one answer that every wrong credential gets, before any handler runs (isolation
 * checklist, E46, E48, E49; D40, D41 and D44 as far as they are about tokens).
 */
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRoutes } from "#api";
import { basicHeader, type OAuthServer, startOAuthServer } from "../fakes/oauth-server.ts";
import { type CreatedClient, ISSUER } from "../fakes/token-world.ts";
import { signingKeyOf, type StolenKey } from "./signing-key-of.ts";

const HOUR_SECONDS = 3600;
const ACTOR = { kind: "cli", name: "test" } as const;

let folder = "";
let oauth: OAuthServer;
let client: CreatedClient;
let right = "";
let key: StolenKey;
/** An attacker's web server: nothing may ever ask it. */
let trap: Server;
let trapUrl = "";
let trapped = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaugeway-tokens-"));
  const place = { path: join(folder, "access.db"), sealingKeyPath: join(folder, "access.key") };
  oauth = await startOAuthServer(place);
  client = await oauth.world.createClient("acme", "metrics.read");
  right = await oauth.world.tokenOf(client);
  key = signingKeyOf(place.path, place.sealingKeyPath);
  trap = createServer((_request, response) => {
    trapped += 1;
    response.end(JSON.stringify({ keys: [attackerJwk] }));
  });
  await new Promise<void>((done) => trap.listen(0, "127.0.0.1", done));
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/jwks.json`;
});
afterAll(async () => {
  await oauth[Symbol.asyncDispose]();
  await new Promise((done) => trap.close(done));
  rmSync(folder, { recursive: true });
});

/** Failures are limited by address, so time passes between tests; each begins with a right token. */
beforeEach(async () => {
  oauth.world.clock.ms += 60_000;
  right = await oauth.world.tokenOf(client);
});

const attacker = generateKeyPairSync("rsa", { modulusLength: 2048 });
const attackerJwk = { ...attacker.publicKey.export({ format: "jwk" }), kid: "attacker" };

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");
const parts = (token: string): readonly [string, string, string] => {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
};
const headerOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(parts(token)[0], "base64url").toString()) as Record<string, unknown>;

type Claims = Readonly<Record<string, unknown>>;

/** Signed by our own key, right but for what is given; undefined leaves a claim out. */
function signed(
  claims: Claims = {},
  header: Record<string, unknown> = {},
  signer = key.privateKey,
): Promise<string> {
  const nowSeconds = secondsNow();
  const fresh = { jti: "a-new-one", iat: nowSeconds, exp: nowSeconds + HOUR_SECONDS };
  return new SignJWT({ ...decodeJwt(right), ...fresh, ...claims })
    .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid: key.kid, ...header })
    .sign(signer);
}

/** What every wrong token gets, whatever is wrong with it. */
const REFUSED = {
  status: 401,
  text: '{"error":"invalid_token","error_description":"invalid or missing credentials"}\n',
  challenge:
    'Basic realm="gaugeway", charset="UTF-8", Bearer realm="gaugeway", scope="metrics.read", error="invalid_token"',
};

async function scrapeWith(token: string): Promise<typeof REFUSED> {
  const { status, text, headers } = await oauth.read("/metrics/v1", token);
  return { status, text, challenge: headers.get("www-authenticate") ?? "" };
}

const secondsNow = (): number => Math.floor(oauth.world.clock.ms / 1000);

test("the forger's tool makes right tokens, so that what follows is refused for what it changes", async () => {
  expect((await oauth.read("/metrics/v1", await signed())).status).toBe(200);
});

describe("signatures", () => {
  const forged: readonly (readonly [string, () => string | Promise<string>])[] = [
    [
      "alg none, no signature",
      () => `${encoded({ ...headerOf(right), alg: "none" })}.${parts(right)[1]}.`,
    ],
    ["alg None", () => `${encoded({ ...headerOf(right), alg: "None" })}.${parts(right)[1]}.x`],
    [
      "no alg",
      () => `${encoded({ typ: "at+jwt", kid: key.kid })}.${parts(right)[1]}.${parts(right)[2]}`,
    ],
    [
      "HS256 with the public key as the secret",
      async () => {
        const publicKey = createPublicKey({ key: key.publicJwk, format: "jwk" });
        const pem = publicKey.export({ format: "pem", type: "spki" });
        return new SignJWT(decodeJwt(right))
          .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: key.kid })
          .sign(Buffer.from(pem));
      },
    ],
    ["PS256 with our key", () => signed({}, { alg: "PS256" })],
    ["RS512 with our key", () => signed({}, { alg: "RS512" })],
    ["an attacker's key under our kid", () => signed({}, {}, attacker.privateKey)],
    [
      "an attacker's key in the header",
      () => signed({}, { jwk: attackerJwk }, attacker.privateKey),
    ],
    [
      "a changed payload",
      () =>
        `${parts(right)[0]}.${encoded({ ...decodeJwt(right), scope: "metrics.query metrics.read" })}.${parts(right)[2]}`,
    ],
    ["a cut signature", () => right.slice(0, -4)],
    ["no signature", () => `${parts(right)[0]}.${parts(right)[1]}.`],
    ["two parts", () => `${parts(right)[0]}.${parts(right)[1]}`],
    ["four parts", () => `${right}.${parts(right)[2]}`],
    [
      "an encrypted one",
      () => `${encoded({ alg: "RSA-OAEP", enc: "A256GCM", kid: key.kid })}.a.b.c.d`,
    ],
    [
      "a header that is no JSON",
      () => `${Buffer.from("{").toString("base64url")}.${parts(right)[1]}.x`,
    ],
    ["a header that is a list", () => `${encoded([])}.${parts(right)[1]}.${parts(right)[2]}`],
    [
      "a critical extension that nobody knows",
      () =>
        signed({}, { crit: ["x"], x: 1 }).catch(
          () =>
            `${encoded({ ...headerOf(right), crit: ["x"], x: 1 })}.${parts(right)[1]}.${parts(right)[2]}`,
        ),
    ],
  ];
  test.each(forged)("%s", async (_what, make) => {
    expect(await scrapeWith(await make())).toEqual(REFUSED);
  });
});

describe("key ids and addresses of keys", () => {
  const kids: readonly unknown[] = [
    undefined,
    "",
    "attacker",
    "../../access.key",
    "/dev/null",
    "' or 1=1 --",
    "x' union select public_jwk from signing_key --",
    "%00",
    "__proto__",
    "constructor",
    ["a"],
    { toString: 1 },
    1,
  ];
  test.each(kids)("kid %j", async (kid) => {
    expect(await scrapeWith(await signed({}, { kid }, attacker.privateKey))).toEqual(REFUSED);
    const header = encoded({ alg: "RS256", typ: "at+jwt", kid });
    expect(await scrapeWith(`${header}.${parts(right)[1]}.${parts(right)[2]}`)).toEqual(REFUSED);
  });

  test.each(["jku", "x5u"])("%s leads nowhere", async (name) => {
    const address = { [name]: trapUrl };
    expect(
      await scrapeWith(await signed({}, { ...address, kid: "attacker" }, attacker.privateKey)),
    ).toEqual(REFUSED);
    expect(await scrapeWith(await signed({}, address, attacker.privateKey))).toEqual(REFUSED);
    expect(trapped).toBe(0);
  });
});

describe("claims, all signed by our own key", () => {
  const wrong: readonly (readonly [string, () => Claims])[] = [
    ["another issuer", () => ({ iss: "https://evil.example.com" })],
    ["our issuer with a slash", () => ({ iss: `${ISSUER}/` })],
    ["no issuer", () => ({ iss: undefined })],
    ["another audience", () => ({ aud: "https://other.example.com" })],
    ["an audience that begins like ours", () => ({ aud: `${ISSUER}.evil.com` })],
    ["no audience", () => ({ aud: undefined })],
    ["an end that has passed", () => ({ exp: secondsNow() })],
    ["no end", () => ({ exp: undefined })],
    ["an end that is a text", () => ({ exp: "9999999999" })],
    ["a begin that is to come", () => ({ nbf: secondsNow() + 60 })],
    ["no id", () => ({ jti: undefined })],
    ["no subject", () => ({ sub: undefined })],
    ["a client that does not exist", () => ({ sub: "gwc_nobody", client_id: "gwc_nobody" })],
    ["a subject that is an object", () => ({ sub: {} })],
    ["another family", () => ({ token_family: "other" })],
    ["no family", () => ({ token_family: undefined })],
  ];
  test.each(wrong)("%s", async (_what, claims) => {
    expect(await scrapeWith(await signed(claims()))).toEqual(REFUSED);
  });

  test.each(["JWT", "jwt", "dpop+jwt", "logout+jwt", "id_token", undefined])(
    "type %s",
    async (typ) => {
      const header = { typ };
      expect(await scrapeWith(await signed({}, header))).toEqual(REFUSED);
    },
  );

  test("scopes that the client does not hold open nothing, even signed", async () => {
    const queries = await signed({ scope: "metrics.query metrics.write targets.read *" });
    expect((await oauth.read("/metrics/v1", queries)).status).toBe(403);
    const targets = await oauth.read("/api/v1/targets", queries);
    expect(targets.status).toBe(403);
  });

  test("a tenant that the token names has no say", async () => {
    await oauth.world.createClient("bravo", "metrics.read");
    const before = oauth.api.snapshots as unknown as { requests: readonly unknown[] };
    await oauth.read("/metrics/v1", await signed({ tenant: "bravo", tenantName: "bravo" }));
    expect(before.requests.at(-1)).toMatchObject({
      entitlement: { selectors: ['{tenant="acme"}'] },
    });
  });
});

test("a token opens only routes of its scope; at all others nothing runs", async () => {
  // What is about the asker alone needs no scope: get-me.ts.
  const guarded = createRoutes(oauth.api).filter(
    ({ access }) => access.kind !== "public" && access.kind !== "principal",
  );
  expect(guarded.length).toBeGreaterThan(2);
  const owner = await oauth.world.createClient("golf", "metrics.write");
  const token = await oauth.world.tokenOf(owner);
  const snapshots = oauth.api.snapshots as unknown as { requests: readonly unknown[] };
  const before = snapshots.requests.length;
  for (const route of guarded) {
    for (const method of route.methods.filter((name) => name !== "HEAD")) {
      const answer = await fetch(oauth.url + route.paths[0], {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      const wanted = route.access.kind === "tenant" ? route.access.scope : "";
      const status = wanted === "metrics.write" ? answer.status : 403;
      expect([method, route.paths[0], answer.status]).toEqual([method, route.paths[0], status]);
      expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    }
  }
  expect(snapshots.requests).toHaveLength(before);
});

describe("headers that name somebody", () => {
  const names = {
    "x-scope-orgid": "bravo",
    x_scope_orgid: "bravo",
    "thanos-tenant": "bravo",
    "x-gaugeway-tenant": "bravo",
    "x-webauth-user": "operator",
    "x-client-id": "gwc_bravo",
    "x-original-url": "/api/v1/targets",
    "x-forwarded-uri": "/api/v1/targets",
    "x-forwarded-host": "evil.example.com",
    "x-forwarded-method": "GET",
    "x-http-method-override": "GET",
    forwarded: "for=127.0.0.1;host=evil.example.com",
    cookie: "tenant=bravo",
  };

  test("change nothing about a token, nor about what it opens", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...names };
    const answer = await fetch(`${oauth.url}/oauth2/token`, {
      method: "POST",
      headers: { ...headers, authorization: basicHeader(client) },
      body: "grant_type=client_credentials",
    });
    expect(answer.status).toBe(200);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const told = decodeJwt(token);
    expect([told.iss, told.aud, told.sub]).toEqual([ISSUER, ISSUER, client.id]);
    const snapshots = oauth.api.snapshots as unknown as { requests: readonly unknown[] };
    await fetch(`${oauth.url}/metrics/v1`, {
      headers: { ...names, authorization: `Bearer ${token}`, "accept-encoding": "identity" },
    });
    expect(snapshots.requests.at(-1)).toMatchObject({
      entitlement: { selectors: ['{tenant="acme"}'] },
    });
  });
});

describe("other ways in", () => {
  test("a token of 100 kB is refused before it is looked at", async () => {
    const long = await signed({ padding: randomBytes(75_000).toString("base64") });
    const answer = await oauth.read("/metrics/v1", long);
    expect(answer.status).toBe(431);
    expect(await scrapeWith(`${right}${"x".repeat(9_000)}`)).toEqual(REFUSED);
  });

  test("a token where none is looked for is none", async () => {
    for (const path of [`/metrics/v1?access_token=${right}`, `/metrics/v1?token=${right}`]) {
      expect((await fetch(oauth.url + path)).status).toBe(401);
    }
    const headers = { cookie: `access_token=${right}`, "x-access-token": right };
    expect((await fetch(`${oauth.url}/metrics/v1`, { headers })).status).toBe(401);
  });

  test("a token as the secret of HTTP Basic, or a secret as a token, is neither", async () => {
    const basic = `Basic ${Buffer.from(`${client.id}:${right}`).toString("base64")}`;
    const answer = await fetch(`${oauth.url}/metrics/v1`, { headers: { authorization: basic } });
    expect(answer.status).toBe(401);
    expect(await scrapeWith(client.secret)).toEqual(REFUSED);
    expect(await scrapeWith(client.id)).toEqual(REFUSED);
  });

  test("with two credentials nobody is let in, right or wrong", async () => {
    const answer = await fetch(`${oauth.url}/metrics/v1`, {
      headers: { authorization: `Bearer ${right}, Basic eDp5` },
    });
    expect(answer.status).toBe(401);
  });

  test("an end by every way is an end for the token too, and nothing runs after a refusal", async () => {
    const { access } = oauth.world;
    const snapshots = oauth.api.snapshots as unknown as { requests: readonly unknown[] };
    const victim = await oauth.world.createClient("charlie", "metrics.read");
    const token = await oauth.world.tokenOf(victim);
    expect((await oauth.read("/metrics/v1", token)).status).toBe(200);
    await access.tenants.delete("charlie", ACTOR);
    const asked = snapshots.requests.length;
    expect(await scrapeWith(token)).toEqual(REFUSED);
    await access.tenants.create({ name: "charlie" }, ACTOR);
    expect(await scrapeWith(token)).toEqual(REFUSED);
    expect(snapshots.requests).toHaveLength(asked);
  });

  test("tokens of one tenant open that tenant's data alone, however requests interleave", async () => {
    const tenants = ["delta", "echo", "foxtrot"];
    const tokens = await Promise.all(
      tenants.map(async (tenant) => {
        const owner = await oauth.world.createClient(tenant, "metrics.read");
        return { tenant, token: await oauth.world.tokenOf(owner) };
      }),
    );
    const snapshots = oauth.api.snapshots as unknown as {
      requests: readonly { entitlement: { selectors: readonly string[] } }[];
    };
    const before = snapshots.requests.length;
    const rounds = Array.from({ length: 30 }, () => tokens).flat();
    await Promise.all(rounds.map(({ token }) => oauth.read("/metrics/v1", token)));
    const seen = snapshots.requests
      .slice(before)
      .map(({ entitlement }) => entitlement.selectors[0]);
    for (const { tenant } of tokens) {
      expect(seen.filter((selector) => selector === `{tenant="${tenant}"}`)).toHaveLength(30);
    }
  });
});
