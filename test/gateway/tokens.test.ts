/** Who gets in with which token. Tokens are made with jose, keys served over HTTP on loopback. */
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BackendServer, sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";

const SECRET = new TextEncoder().encode("a secret of thirty-two bytes, or");
let backend: BackendServer;
let issuer: BackendServer;
let keys: JWK[] = [];
let isIssuerDown = false;
let first: Awaited<ReturnType<typeof generateKeyPair>>;
let second: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  backend = await startBackend((_request, response) => sendJson(response, { ok: 1 }));
  issuer = await startBackend((_request, response) => {
    if (isIssuerDown) response.writeHead(500).end();
    else sendJson(response, { keys });
  });
  first = await generateKeyPair("RS256", { extractable: true });
  second = await generateKeyPair("RS256", { extractable: true });
});
beforeEach(async () => {
  isIssuerDown = false;
  backend.seen.splice(0);
  issuer.seen.splice(0);
  keys = [await publicKey(first, "one")];
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const publicKey = async (pair: typeof first, kid: string): Promise<JWK> => ({
  ...(await exportJWK(pair.publicKey)),
  kid,
  alg: "RS256",
  use: "sig",
});

interface TokenOptions {
  readonly pair?: typeof first;
  readonly kid?: string;
  readonly expires?: string;
}

function tokenOf(claims: JWTPayload, options: TokenOptions = {}): Promise<string> {
  const { pair = first, kid = "one", expires = "1h" } = options;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid })
    .setExpirationTime(expires)
    .sign(pair.privateKey);
}

const gatewayOf = (
  validator: object = {},
  backendMore: object = {},
  ...more: [Parameters<typeof runGateway>[1]?]
) =>
  runGateway(
    {
      host: [backend.origin],
      endpoints: [
        {
          endpoint: "/x",
          input_headers: ["x-user"],
          backend: [{ url_pattern: "/b", ...backendMore }],
          extra_config: {
            "auth/validator": {
              alg: "RS256",
              jwk_url: `${issuer.origin}/keys`,
              disable_jwk_security: true,
              ...validator,
            },
          },
        },
      ],
    },
    ...more,
  );

async function statusOf(validator: object, token: string | null): Promise<number> {
  await using gateway = await gatewayOf(validator);
  const headers: Record<string, string> =
    token === null ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`${gateway.origin}/x`, { headers })).status;
}

describe("a token", () => {
  test("lets in, and is needed", async () => {
    expect(await statusOf({}, await tokenOf({ sub: "a" }))).toBe(200);
    expect(await statusOf({}, null)).toBe(401);
    expect(await statusOf({}, "no.token.atall")).toBe(401);
  });

  test.each<[string, object, JWTPayload, number]>([
    ["the issuer", { issuer: "me" }, { iss: "me" }, 200],
    ["another issuer", { issuer: "me" }, { iss: "you" }, 401],
    ["every audience", { audience: ["a", "b"] }, { aud: ["b", "a", "c"] }, 200],
    ["one audience of two", { audience: ["a", "b"] }, { aud: "a" }, 401],
    ["a role", { roles: ["admin", "user"] }, { roles: ["user"] }, 200],
    ["no such role", { roles: ["admin"] }, { roles: ["user"] }, 403],
    [
      "a nested role",
      { roles: ["r"], roles_key: "a.b", roles_key_is_nested: true },
      { a: { b: ["r"] } },
      200,
    ],
    [
      "a role under a dotted name",
      { roles: ["r"], roles_key: "http://x.y/r" },
      { "http://x.y/r": ["r"] },
      200,
    ],
    ["any scope", { scopes: ["r", "w"], scopes_key: "scope" }, { scope: "r x" }, 200],
    [
      "all scopes",
      { scopes: ["r", "w"], scopes_key: "scope", scopes_matcher: "all" },
      { scope: "w r" },
      200,
    ],
    [
      "not all scopes",
      { scopes: ["r", "w"], scopes_key: "scope", scopes_matcher: "all" },
      { scope: "r" },
      403,
    ],
    ["no scope", { scopes: ["r"], scopes_key: "scope" }, {}, 403],
  ])("is held to %s", async (_name, validator, claims, status) => {
    expect(await statusOf(validator, await tokenOf(claims))).toBe(status);
  });

  test("that is over, or not signed by a key of the issuer, does not", async () => {
    expect(await statusOf({}, await tokenOf({}, { expires: "-1h" }))).toBe(401);
    expect(await statusOf({}, await tokenOf({}, { pair: second }))).toBe(401);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"a"}')}.`.replaceAll("=", "");
    expect(await statusOf({}, unsigned)).toBe(401);
    // The public key as a shared secret: the oldest trick against validators.
    const forged = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .sign(SECRET);
    expect(await statusOf({}, forged)).toBe(401);
  });

  test("may be signed with a shared secret where the file says so", async () => {
    keys = [{ kty: "oct", kid: "s", k: Buffer.from(SECRET).toString("base64url") }];
    const token = await new SignJWT({}).setProtectedHeader({ alg: "HS256", kid: "s" }).sign(SECRET);
    expect(await statusOf({ alg: "HS256" }, token)).toBe(200);
    expect(await statusOf({ alg: "HS256" }, await tokenOf({}))).toBe(401);
  });

  test("may come in a cookie", async () => {
    await using gateway = await gatewayOf({ cookie_key: "tok" });
    const cookie = `a=b; tok=${await tokenOf({})}`;
    expect((await fetch(`${gateway.origin}/x`, { headers: { cookie } })).status).toBe(200);
  });
});

test("a rejection is counted with nothing behind it", async () => {
  await using gateway = await gatewayOf();
  const response = await fetch(`${gateway.origin}/x`);
  expect([response.status, await response.text()]).toEqual([401, ""]);
  expect(response.headers.has("x-krakend-completed")).toBe(false);
  expect(gateway.meter.router).toEqual([{ name: "/x", status: 401, bodyBytes: 0 }]);
  expect(gateway.meter.calls).toEqual([]);
});

test("claims reach backends, and nobody can forge those that are missing", async () => {
  await using gateway = await gatewayOf(
    {
      propagate_claims: [
        ["sub", "x-user"],
        ["a.b", "x-deep"],
        ["gone", "x-gone"],
      ],
    },
    { url_pattern: "/u/{JWT.sub}" },
  );
  const authorization = `Bearer ${await tokenOf({ sub: "ada", a: { b: 7 } })}`;
  await fetch(`${gateway.origin}/x`, {
    headers: { authorization, "x-user": "root", "x-gone": "root" },
  });
  expect(backend.seen[0]?.url).toBe("/u/ada");
  expect(backend.seen[0]?.headers).toMatchObject({ "x-user": "ada", "x-deep": "7", "x-gone": "" });
});

describe("keys", () => {
  test("are fetched once, and again for a key that is new, but not for every made-up one", async () => {
    let nowMs = 1_000_000;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
    await using gateway = await gatewayOf({}, {}, { clock });
    const ask = async (token: string) =>
      (await fetch(`${gateway.origin}/x`, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    const old = await tokenOf({});
    expect([await ask(old), await ask(old)]).toEqual([200, 200]);
    expect(issuer.seen.length).toBe(1);
    keys = [await publicKey(second, "two")];
    nowMs += 60_000;
    const rotated = await tokenOf({}, { pair: second, kid: "two" });
    expect(await ask(rotated)).toBe(200);
    expect(issuer.seen.length).toBe(2);
    for (let i = 0; i < 5; i += 1) {
      expect(await ask(await tokenOf({}, { pair: second, kid: `made-up-${i}` }))).toBe(401);
    }
    expect(issuer.seen.length).toBe(2);
  });

  test("stay in force while the issuer is down, for a while", async () => {
    let nowMs = 1_000_000;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
    await using gateway = await gatewayOf({ cache_duration: 60 }, {}, { clock });
    const authorization = `Bearer ${await tokenOf({})}`;
    const ask = async () =>
      (await fetch(`${gateway.origin}/x`, { headers: { authorization } })).status;
    expect(await ask()).toBe(200);
    isIssuerDown = true;
    nowMs += 120_000;
    expect(await ask()).toBe(200);
    nowMs += 2 * 3_600_000;
    expect(await ask()).toBe(401);
  });
});
