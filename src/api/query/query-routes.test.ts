import { expect, test } from "vitest";
import { createCrossOriginHeaders } from "#http";
import {
  basic,
  fakeApi,
  fakeAuthenticate,
  operatorClient,
  tenantClient,
} from "../../../test/fakes/fake-api.ts";
import { startTestServer } from "../../../test/fakes/http-test-server.ts";
import { createRoutes } from "../create-routes.ts";
import { PUBLIC_SURFACES, SURFACES } from "../surfaces.ts";

const named = (name: string) => ({ clientId: tenantClient(name).clientId });
const clients = [
  tenantClient("reader", { scopes: ["metrics.read"] }),
  tenantClient("asker", { scopes: ["metrics.query"] }),
  { ...operatorClient(["*"]), ...named("boss") },
  { ...operatorClient(["targets.read"]), ...named("looker") },
];
const routes = createRoutes(fakeApi({ authenticate: fakeAuthenticate(clients) }));
const queryRoutes = routes.filter(
  ({ surface, methods }) => surface === SURFACES.query && !methods.includes("OPTIONS"),
);

test("each path asks for its own scope: the right to scrape opens none of them", async () => {
  await using server = await startTestServer({ routes, surfaces: PUBLIC_SURFACES });
  expect(queryRoutes.length).toBeGreaterThan(15);
  for (const { access, paths } of queryRoutes) {
    // What is about the asker alone asks for no scope.
    if (access.kind === "principal") continue;
    const path = paths[0].replace(":name", "job");
    const statusFor = async (client: string): Promise<number> => {
      const url = `http://127.0.0.1:${server.port}${path}`;
      return (await fetch(url, { headers: basic(client) })).status;
    };
    expect([path, await statusFor("reader")]).toEqual([path, 403]);
    expect([path, await statusFor("looker")]).toEqual([
      path,
      path.endsWith("/targets") ? 200 : 403,
    ]);
    const isForTenants = access.kind === "tenant" || access.kind === "either";
    const isForOperators = access.kind === "operator" || access.kind === "either";
    expect([path, (await statusFor("asker")) === 403]).toEqual([path, !isForTenants]);
    expect([path, (await statusFor("boss")) === 403]).toEqual([path, !isForOperators]);
  }
});

test("pages of listed origins may read, others may not, and preflights need no credential", async () => {
  await using server = await startTestServer({
    routes,
    surfaces: PUBLIC_SURFACES,
    crossOrigin: createCrossOriginHeaders(() => ["https://app.example"]),
  });
  const allowedFor = async (origin: string, path = "/api/v1/query") => {
    const url = `http://127.0.0.1:${server.port}${path}`;
    const answer = await fetch(url, { method: "OPTIONS", headers: { origin } });
    return [answer.status, answer.headers.get("access-control-allow-origin")];
  };
  expect(await allowedFor("https://app.example")).toEqual([204, "https://app.example"]);
  expect(await allowedFor("https://evil.example")).toEqual([204, null]);
  expect(await allowedFor("https://app.example", "/metrics/v1")).toEqual([405, null]);
  const refused = await fetch(`http://127.0.0.1:${server.port}/api/v1/query`, {
    headers: { origin: "https://app.example" },
  });
  // The page shall see why it was refused.
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
    401,
    "https://app.example",
  ]);
  expect(refused.headers.get("vary")).toContain("Origin");
});
