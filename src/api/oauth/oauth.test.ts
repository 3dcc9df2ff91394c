import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  answerOf,
  basicHeader,
  type OAuthAnswer,
  type OAuthServer,
  startOAuthServer,
} from "../../../test/fakes/oauth-server.ts";
import { type CreatedClient, ISSUER } from "../../../test/fakes/token-world.ts";

const GRANT = { grant_type: "client_credentials" };

let oauth: OAuthServer;
let client: CreatedClient;

beforeEach(async () => {
  oauth = await startOAuthServer();
  client = await oauth.world.createClient("acme", "metrics.read", "metrics.query");
});
afterEach(async () => await oauth[Symbol.asyncDispose]());

const errorOf = ({ status, json }: OAuthAnswer): string => {
  expect(json).toEqual({ error: expect.any(String), error_description: expect.any(String) });
  // RFC 6749 §5.2
  expect(json["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  return `${status} ${String(json["error"])}`;
};

const tokenOf = async (scope = ""): Promise<string> => {
  const answer = await oauth.post("/oauth2/token", { ...GRANT, scope }, client);
  return String(answer.json["access_token"]);
};

describe("the token endpoint", () => {
  test("answers as clients expect it", async () => {
    const answer = await oauth.post("/oauth2/token", { ...GRANT, scope: "metrics.read" }, client);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "bearer",
      expires_in: 3600,
      scope: "metrics.read",
    });
    expect(answer.text).toContain('"expires_in":3600,');
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
  });

  test("takes id and secret in the form too, and an id beside HTTP Basic", async () => {
    const { id, secret } = client;
    const form = { ...GRANT, client_id: id, client_secret: secret };
    expect((await oauth.post("/oauth2/token", form)).status).toBe(200);
    const repeated = await oauth.post("/oauth2/token", { ...GRANT, client_id: id }, client);
    expect(repeated.status).toBe(200);
  });

  test("form-decodes the parts of HTTP Basic, which /metrics/v1 does not", async () => {
    const declared = { id: "declared", secret: "a+b%c d=ä&0123456789" };
    await oauth.world.access.applyDeclarations({
      tenants: [
        {
          name: "bravo",
          entitlement: null,
          clients: [
            {
              ...declared,
              name: "x",
              previousSecret: null,
              scopes: ["metrics.read"],
              expiresAtMs: null,
            },
          ],
        },
      ],
      operatorClients: [],
    });
    const ask = async (path: string, pair: string, body?: string) =>
      (
        await fetch(oauth.url + path, {
          ...(body === undefined ? {} : { method: "POST", body }),
          headers: {
            authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
            "content-type": "application/x-www-form-urlencoded",
          },
        })
      ).status;
    const raw = `${declared.id}:${declared.secret}`;
    // As Go's url.QueryEscape writes it: a space is a plus.
    const escaped = `${declared.id}:${new URLSearchParams({ s: declared.secret }).toString().slice(2)}`;
    const body = "grant_type=client_credentials";
    expect(await ask("/oauth2/token", escaped, body)).toBe(200);
    expect(await ask("/oauth2/token", raw, body)).toBe(401);
    expect(await ask("/metrics/v1", raw)).toBe(200);
    expect(await ask("/metrics/v1", escaped)).toBe(401);
  });

  test("gives a token for what was granted and tells so", async () => {
    const wide = await oauth.post(
      "/oauth2/token",
      { ...GRANT, scope: "metrics.read metrics.write" },
      client,
    );
    expect(wide.json["scope"]).toBe("metrics.read");
    const all = await oauth.post("/oauth2/token", GRANT, client);
    expect(all.json["scope"]).toBe("metrics.read metrics.query");
  });

  test.each<readonly [string, string, string]>([
    ["no form at all", "", "400 invalid_request"],
    ["no grant type", "scope=metrics.read", "400 invalid_request"],
    ["an empty grant type", "grant_type=", "400 invalid_request"],
    ["a field twice", "grant_type=client_credentials&grant_type=x", "400 invalid_request"],
    ["the password grant", "grant_type=password", "400 unsupported_grant_type"],
    ["a code", "grant_type=authorization_code&code=x", "400 unsupported_grant_type"],
    ["a refresh token", "grant_type=refresh_token&refresh_token=x", "400 unsupported_grant_type"],
    [
      "a scope it has not",
      "grant_type=client_credentials&scope=metrics.write",
      "400 invalid_scope",
    ],
    ["no such scope", "grant_type=client_credentials&scope=metrics:*", "400 invalid_scope"],
    ["another resource", "grant_type=client_credentials&resource=https://x", "400 invalid_target"],
  ])("%s", async (_what, form, expected) => {
    expect(errorOf(await oauth.post("/oauth2/token", form, client))).toBe(expected);
  });

  test("tells who misconfigured a client what to change", async () => {
    const answer = await oauth.post("/oauth2/token", { ...GRANT, scope: "metrics.write" }, client);
    expect(answer.json["error_description"]).toBe(
      `The client ${client.id} is not granted metrics.write; it may ask for: metrics.read metrics.query.`,
    );
    const quoting = await oauth.post("/oauth2/token", { ...GRANT, scope: 'é"\\' }, client);
    expect(errorOf(quoting)).toBe("400 invalid_scope");
  });

  const authorizations: readonly (readonly [string, () => string | null, string])[] = [
    ["none", () => null, "401 invalid_client"],
    ["a wrong secret", () => basicHeader({ ...client, secret: "x" }), "401 invalid_client"],
    ["an unknown id", () => basicHeader({ ...client, id: "gwc_x" }), "401 invalid_client"],
    ["no secret", () => basicHeader({ ...client, secret: "" }), "401 invalid_client"],
    ["a wrong escape", () => `Basic ${btoa(`${client.id}:%zz`)}`, "401 invalid_client"],
    ["an escaped NUL", () => `Basic ${btoa(`${client.id}:%00`)}`, "401 invalid_client"],
    ["a bearer token", () => "Bearer x", "401 invalid_client"],
  ];
  test.each(authorizations)("authenticated by %s", async (_what, header, expected) => {
    const authorization = header();
    const answer = await answerOf(
      await fetch(`${oauth.url}/oauth2/token`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          ...(authorization === null ? {} : { authorization }),
        },
        body: new URLSearchParams(GRANT).toString(),
      }),
    );
    expect(errorOf(answer)).toBe(expected);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm="gaugeway"/);
  });

  test("wrong id and wrong secret get the same answer but for the id that was sent", async () => {
    const wrongId = await oauth.post("/oauth2/token", GRANT, { ...client, id: "gwc_x" });
    const wrongSecret = await oauth.post("/oauth2/token", GRANT, { ...client, secret: "x" });
    expect(wrongSecret.text.replace(client.id, "ID")).toBe(wrongId.text.replace("gwc_x", "ID"));
  });

  test("one way of authentication is one: two are refused, whatever they say", async () => {
    const { id, secret } = client;
    for (const more of [{ client_id: id, client_secret: secret }, { client_id: "gwc_other" }]) {
      const answer = await oauth.post("/oauth2/token", { ...GRANT, ...more }, client);
      expect(errorOf(answer)).toBe("400 invalid_request");
    }
  });

  test("parameters in the URL are refused, and their secret is in no log", async () => {
    const { id, secret } = client;
    const query = new URLSearchParams({ ...GRANT, client_id: id, client_secret: secret });
    const answer = await oauth.post(`/oauth2/token?${query.toString()}`, "");
    expect(errorOf(answer)).toBe("400 invalid_request");
    expect(JSON.stringify(oauth.server.log)).not.toContain(secret);
  });

  test("other bodies and methods are refused", async () => {
    const ask = async (init: RequestInit) =>
      answerOf(await fetch(`${oauth.url}/oauth2/token`, init));
    const authorization = basicHeader(client);
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x"]) {
      const headers = { authorization, "content-type": type };
      const answer = await ask({ method: "POST", headers, body: "grant_type=client_credentials" });
      expect(errorOf(answer)).toBe("400 invalid_request");
    }
    const got = await ask({ headers: { authorization } });
    expect(errorOf(got)).toBe("405 method_not_allowed");
    expect(got.headers.get("allow")).toBe("POST");
    const large = await oauth.post("/oauth2/token", `x=${"y".repeat(17_000)}`, client);
    expect(errorOf(large)).toBe("413 invalid_request");
  });

  test("failures are limited by client and address, right secrets are not kept out", async () => {
    let answer = await oauth.post("/oauth2/token", GRANT, { ...client, secret: "x" });
    for (let i = 0; i < 11 && answer.status === 401; i++) {
      answer = await oauth.post("/oauth2/token", GRANT, { ...client, secret: "x" });
    }
    expect(errorOf(answer)).toBe("429 too_many_requests");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await oauth.post("/oauth2/token", GRANT, client)).status).toBe(200);
  });

  test("a storm of right requests is told to wait; the client's tokens work on", async () => {
    const token = await tokenOf();
    let answer = await oauth.post("/oauth2/introspect", { token: "x" }, client);
    for (let i = 0; i < 120 && answer.status === 200; i++) {
      answer = await oauth.post("/oauth2/introspect", { token: "x" }, client);
    }
    expect(errorOf(answer)).toBe("429 too_many_requests");
    expect((await oauth.read("/metrics/v1", token)).status).toBe(200);
  });

  test("is counted by outcome", async () => {
    await tokenOf();
    await oauth.post("/oauth2/token", { ...GRANT, scope: "x" }, client);
    const family = oauth.api.registry
      .collect()
      .find(({ definition }) => definition.name === "gaugeway_oauth_token_requests");
    expect(family?.labelValues.toSorted()).toEqual(["invalid_scope", "ok"]);
  });
});

describe("a token at work", () => {
  test("opens what its scopes open, and says which are missing", async () => {
    const token = await tokenOf("metrics.read");
    expect((await oauth.read("/metrics/v1", token)).status).toBe(200);
    const other = await oauth.read("/metrics/v1", await tokenOf("metrics.query"));
    expect(errorOf(other)).toBe("403 insufficient_scope");
    expect(other.headers.get("www-authenticate")).toBe(
      'Bearer realm="gaugeway", error="insufficient_scope", scope="metrics.read"',
    );
    const targets = await oauth.read("/api/v1/targets", token);
    expect(targets.status).toBe(403);
  });

  test("that is not right is 401 with the error that RFC 6750 has for it", async () => {
    const answer = await oauth.read("/metrics/v1", "x");
    expect(errorOf(answer)).toBe("401 invalid_token");
    expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });

  test("is told by introspection and ended by revocation", async () => {
    const token = await tokenOf("metrics.read");
    const seconds = oauth.world.clock.ms / 1000;
    const introspect = async () =>
      (await oauth.post("/oauth2/introspect", { token, token_type_hint: "access_token" }, client))
        .json;
    expect(await introspect()).toEqual({
      active: true,
      scope: "metrics.read",
      client_id: client.id,
      sub: client.id,
      token_type: "bearer",
      iss: ISSUER,
      aud: ISSUER,
      iat: seconds,
      exp: seconds + 3600,
      jti: expect.any(String),
      tenant: "acme",
    });
    for (let i = 0; i < 2; i++) {
      const revoked = await oauth.post("/oauth2/revoke", { token }, client);
      expect([revoked.status, revoked.json]).toEqual([200, {}]);
    }
    expect(await introspect()).toEqual({ active: false });
    expect((await oauth.read("/metrics/v1", token)).status).toBe(401);
  });

  test("is neither told nor ended for another client, or without authentication", async () => {
    const token = await tokenOf();
    const stranger = await oauth.world.createClient("bravo", "*");
    const told = await oauth.post("/oauth2/introspect", { token }, stranger);
    expect(told.json).toEqual({ active: false });
    expect(errorOf(await oauth.post("/oauth2/revoke", { token }, stranger))).toBe(
      "400 unauthorized_client",
    );
    for (const path of ["/oauth2/introspect", "/oauth2/revoke"]) {
      expect(errorOf(await oauth.post(path, { token }))).toBe("401 invalid_client");
      expect(errorOf(await oauth.post(path, {}, client))).toBe("400 invalid_request");
    }
    expect((await oauth.read("/metrics/v1", token)).status).toBe(200);
  });

  test("stands in no log", async () => {
    const token = await tokenOf();
    await oauth.read("/metrics/v1", token);
    await oauth.post("/oauth2/revoke", { token }, client);
    const [, payload = "", signature = ""] = token.split(".");
    const log = JSON.stringify(oauth.server.log);
    expect(log).toContain(client.id);
    for (const text of [payload, signature, client.secret]) expect(log).not.toContain(text);
  });
});

describe("the published documents", () => {
  test("agree with what is there, by the rules of RFC 8414", async () => {
    const paths = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
    for (const path of paths) {
      const answer = await answerOf(await fetch(oauth.url + path));
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
      expect(answer.json).toMatchObject({
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/oauth2/token`,
        jwks_uri: `${ISSUER}/.well-known/jwks.json`,
        grant_types_supported: ["client_credentials"],
      });
      const endpoints = Object.entries(answer.json).filter(([name]) => name.endsWith("_endpoint"));
      expect(endpoints).toHaveLength(3);
      for (const [, url] of endpoints) {
        const there = await oauth.post(String(url).replace(ISSUER, ""), GRANT);
        expect([url, there.status]).toEqual([url, 401]);
      }
    }
  });

  test("let a resource server elsewhere check tokens by itself", async () => {
    const token = await tokenOf();
    const set = createRemoteJWKSet(new URL(`${oauth.url}/.well-known/jwks.json`));
    const currentDate = new Date(oauth.world.clock.ms);
    const options = { issuer: ISSUER, audience: ISSUER, typ: "at+jwt", currentDate };
    const { payload } = await jwtVerify(token, set, options);
    expect(payload["client_id"]).toBe(client.id);
  });

  test("no header of a request changes what they say", async () => {
    const path = "/.well-known/openid-configuration";
    const plain = await (await fetch(oauth.url + path)).text();
    const headers = {
      forwarded: "host=evil.example.com;proto=https",
      "x-forwarded-host": "evil.example.com",
      "x-forwarded-proto": "https",
      "x-forwarded-prefix": "/evil",
    };
    expect(await (await fetch(oauth.url + path, { headers })).text()).toBe(plain);
  });
});

test("without the database it is 503 for tokens and for their use, and nobody is let in", async () => {
  const token = await tokenOf();
  await oauth.world.access[Symbol.asyncDispose]();
  const asked = await oauth.post("/oauth2/token", GRANT, client);
  expect(errorOf(asked)).toBe("503 temporarily_unavailable");
  expect(errorOf(await oauth.read("/metrics/v1", token))).toBe("503 temporarily_unavailable");
});
