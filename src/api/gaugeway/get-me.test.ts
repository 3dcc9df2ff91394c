import { afterEach, beforeEach, expect, test } from "vitest";
import { type OAuthServer, startOAuthServer } from "../../../test/fakes/oauth-server.ts";

let server: OAuthServer;
beforeEach(async () => (server = await startOAuthServer()));
afterEach(async () => await server[Symbol.asyncDispose]());

const neutral = (text: string): string => text.replaceAll(/gw[ct]_\w+/g, "ID");

const ME = "/api/v1/gaugeway/me";

test("tells a client who it is, what it may, what is left and what it has used", async () => {
  const client = await server.world.createClient("acme", "metrics.read");
  const token = await server.world.tokenOf(client);
  await server.read("/metrics/v1", token);
  await server.read("/api/v1/query?query=up", token);
  const time = new Date(server.world.clock.ms).toISOString();
  const answer = await server.read(ME, token);
  expect(answer.status).toBe(200);
  const used = {
    today: { requests: 2, refused: 1, samplesRead: 0, bodyBytes: "# EOF\n".length },
    last30Days: { requests: 2, refused: 1, samplesRead: 0, bodyBytes: "# EOF\n".length },
    lastUsed: time,
    lastScrape: { time, series: 0 },
  };
  expect(answer.json).toEqual({
    status: "success",
    data: {
      client: { id: client.id, name: "client", scopes: ["metrics.read"] },
      tenant: { id: expect.any(String), name: "acme" },
      limits: {
        seriesPerScrape: 1_000_000,
        bytesPerScrape: 1024 ** 2,
        samplesPerQuery: 50_000_000,
        memoryBytesPerQuery: 1024 ** 2,
        queryTimeoutSeconds: 120,
        concurrentQueries: 2,
        queuedQueries: 100,
        historySeconds: 24 * 3600,
        oldestTime: new Date(server.world.clock.ms - 24 * 3_600_000).toISOString(),
      },
      rates: {
        scrapes: [
          { of: "client", requestsPerSecond: 10, burst: 50, concurrent: 64, remaining: 49 },
          { of: "tenant", requestsPerSecond: 50, burst: 250, concurrent: 256, remaining: 249 },
        ],
        queries: [
          { of: "client", requestsPerSecond: 100, burst: 1000, concurrent: 256, remaining: 999 },
          { of: "tenant", requestsPerSecond: 400, burst: 4000, concurrent: 512, remaining: 3999 },
        ],
      },
      usage: { client: used, tenant: used },
    },
  });
});

test("is for any client, whatever its scopes, and for nobody who is not known", async () => {
  const writer = await server.world.createClient("acme", "metrics.write");
  expect((await server.read(ME, await server.world.tokenOf(writer))).status).toBe(200);
  const operator = await server.world.createClient(null, "targets.read");
  const asOperator = await server.read(ME, await server.world.tokenOf(operator));
  expect(asOperator.json["data"]).toMatchObject({ tenant: null, limits: null });
  const unknown = await server.read(ME, "x");
  expect(unknown.status).toBe(401);
  expect(unknown.headers.get("www-authenticate")).toContain('Bearer realm="gaugeway", error=');
});

test("says the same, byte for byte, whatever another tenant does", async () => {
  const token = await server.world.tokenOf(await server.world.createClient("acme", "metrics.read"));
  const before = await server.read(ME, token);
  await using other = await startOAuthServer();
  const neighbour = await other.world.createClient("bravo", "metrics.read");
  const noisy = await other.world.tokenOf(neighbour);
  for (let i = 0; i < 20; i++) await other.read("/metrics/v1", noisy);
  const alike = await other.world.tokenOf(await other.world.createClient("acme", "metrics.read"));
  const beside = await other.read(ME, alike);
  expect(neutral(beside.text)).toBe(neutral(before.text));
});

test("every refusal is recorded: who, where, why, how often", async () => {
  const client = await server.world.createClient("acme", "metrics.query");
  const token = await server.world.tokenOf(client);
  await server.read("/metrics/v1", token);
  await fetch(`${server.url}/metrics/v1`);
  for (let i = 0; i < 2; i++) await server.read("/metrics/v1", "wrong");
  await server.post(
    "/oauth2/token",
    { grant_type: "client_credentials" },
    { id: "x", secret: "y" },
  );
  const basic = `Basic ${btoa(`${client.id}:guess`)}`;
  for (let i = 0; i < 11; i++) {
    await fetch(`${server.url}/api/v1/query`, { headers: { authorization: basic } });
  }
  const recorded = (await server.world.access.refusals.list(100)).map(
    ({ reason, path, clientId, count }) => `${count} ${reason} ${path} ${clientId ?? "nobody"}`,
  );
  expect(recorded.toSorted()).toEqual(
    [
      `1 insufficient_scope /metrics/v1 ${client.id}`,
      "1 unauthorized /metrics/v1 nobody",
      "2 invalid_token /metrics/v1 nobody",
      "1 invalid_client /oauth2/token x",
      `10 unauthorized /api/v1/query ${client.id}`,
      `1 too_many_requests /api/v1/query ${client.id}`,
    ].toSorted(),
  );
});
