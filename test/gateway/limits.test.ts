/** The gateway's fixed limits, each met from just above; those that can be set stand in other tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadGatewayConfig } from "#gateway";
import { ClientBuckets } from "../../src/gateway/layers/client-buckets.ts";
import {
  ANSWER_HEADER_BYTES_MAX,
  CONFIG_FILE_BYTES_MAX,
  ECHO_BODY_BYTES_MAX,
  ENDPOINTS_MAX,
  JWK_BYTES_MAX,
  RATE_LIMITED_CLIENTS_MAX,
  XML_DEPTH_MAX,
} from "../../src/gateway/limits.ts";
import { sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";

function errorsOf(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-limits-"));
  const file = join(folder, "krakend.json");
  writeFileSync(file, text);
  const loaded = loadGatewayConfig({ file, env: {}, ignoredNamespaces: [] });
  rmSync(folder, { recursive: true });
  return loaded.kind === "refused" ? loaded.errors.map(({ message }) => message) : [];
}

test("a configuration file", () => {
  const text = JSON.stringify({ version: 3, $comment: "x".repeat(CONFIG_FILE_BYTES_MAX) });
  expect(errorsOf(text)).toEqual([`the file is larger than ${CONFIG_FILE_BYTES_MAX} bytes`]);
});

test("endpoints", () => {
  const endpoints = Array.from({ length: ENDPOINTS_MAX + 1 }, (_, index) => ({
    endpoint: `/${index}`,
    backend: [{ host: ["a"], url_pattern: "/" }],
  }));
  expect(errorsOf(JSON.stringify({ version: 3, endpoints }))).toEqual([
    `expected at most ${ENDPOINTS_MAX}`,
  ]);
  expect(errorsOf(JSON.stringify({ version: 3, endpoints: endpoints.slice(1) }))).toEqual([]);
});

test("clients whose rate is remembered", () => {
  const clock = { nowMs: () => 0, monotonicMs: () => 0 };
  const buckets = new ClientBuckets({ tokensPerSecond: 1, capacity: 1 }, clock);
  expect([buckets.take("first"), buckets.take("first")]).toEqual([true, false]);
  for (let client = 1; client < RATE_LIMITED_CLIENTS_MAX; client += 1) buckets.take(`${client}`);
  expect(buckets.take("first")).toBe(false);
  // The one that was asked for last stays; the one that was not for longest goes.
  buckets.take("one more");
  expect([buckets.take("first"), buckets.take("1")]).toEqual([false, true]);
});

test("depth of XML, headers of an answer, a set of keys, the echo of a body", async () => {
  const deep = "<a>".repeat(XML_DEPTH_MAX + 1) + "</a>".repeat(XML_DEPTH_MAX + 1);
  await using backend = await startBackend((request, response) => {
    if (request.url === "/deep") response.end(deep);
    else if (request.url === "/keys") {
      sendJson(response, { keys: [], pad: "x".repeat(JWK_BYTES_MAX) });
    } else if (request.url === "/headers") {
      response.writeHead(200, { "x-long": "x".repeat(ANSWER_HEADER_BYTES_MAX) }).end("{}");
    } else sendJson(response, { ok: 1 });
  });
  const validator = {
    alg: "RS256",
    jwk_url: `${backend.origin}/keys`,
    disable_jwk_security: true,
  };
  await using gateway = await runGateway({
    host: [backend.origin],
    echo_endpoint: true,
    endpoints: [
      { endpoint: "/deep", backend: [{ url_pattern: "/deep", encoding: "xml" }] },
      { endpoint: "/headers", backend: [{ url_pattern: "/headers" }] },
      {
        endpoint: "/keys",
        backend: [{ url_pattern: "/" }],
        extra_config: { "auth/validator": validator },
      },
    ],
  });
  const statusOf = async (path: string) =>
    (
      await fetch(gateway.origin + path, {
        headers: { authorization: "Bearer eyJhbGciOiJSUzI1NiJ9.e30.e30" },
      })
    ).status;
  expect(await statusOf("/deep")).toBe(500);
  expect(await statusOf("/headers")).toBe(500);
  expect(await statusOf("/keys")).toBe(401);
  expect(backend.seen.map(({ url }) => url)).toContain("/keys");
  const body = "x".repeat(ECHO_BODY_BYTES_MAX + 1);
  const echo = await fetch(`${gateway.origin}/__echo/x`, { method: "POST", body });
  const { req_body: shown } = (await echo.json()) as { readonly req_body: string };
  expect(shown.length).toBe(ECHO_BODY_BYTES_MAX);
});
