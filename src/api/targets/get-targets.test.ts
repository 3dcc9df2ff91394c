import { expect, test } from "vitest";
import type { ActiveTargetStatus, TargetsSnapshot } from "#sources";
import {
  basic,
  fakeApi,
  fakeAuthenticate,
  operatorClient,
  tenantClient,
} from "../../../test/fakes/fake-api.ts";
import { startTestServer } from "../../../test/fakes/http-test-server.ts";
import { createRoutes } from "../create-routes.ts";
import { PUBLIC_SURFACES } from "../surfaces.ts";

function active(scrapePool: string): ActiveTargetStatus {
  return {
    discoveredLabels: { __address__: "localhost:9100" },
    labels: { job: scrapePool, instance: "localhost:9100" },
    scrapePool,
    scrapeUrl: "http://localhost:9100/metrics",
    globalUrl: "http://host:9100/metrics",
    lastError: "",
    lastScrape: "2026-01-02T03:04:05.678Z",
    lastScrapeDuration: 0.012,
    health: "up",
    scrapeInterval: "30s",
    scrapeTimeout: "10s",
  };
}

const snapshot: TargetsSnapshot = {
  activeTargets: [active("a"), active("b")],
  droppedTargets: [{ discoveredLabels: { __address__: "x" }, scrapePool: "a" }],
  droppedTargetCounts: { a: 1, b: 0 },
};

const clients = [
  tenantClient("acme", { scopes: ["*"] }),
  { ...operatorClient(["targets.read"]), clientId: tenantClient("op").clientId },
  { ...operatorClient(["stats.read"]), clientId: tenantClient("weak").clientId },
];

test("shows the operator targets in Prometheus' envelope, filtered as Prometheus filters", async () => {
  await using started = await startTestServer({
    routes: createRoutes(
      fakeApi({ authenticate: fakeAuthenticate(clients), targets: async () => snapshot }),
    ),
    surfaces: PUBLIC_SURFACES,
  });
  const ask = async (client: string, query = "") => {
    const url = `http://127.0.0.1:${started.port}/api/v1/targets${query}`;
    const response = await fetch(url, { headers: basic(client) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect(await ask("op")).toEqual({ status: 200, body: { status: "success", data: snapshot } });
  expect(await ask("op", "?query=any&state=nonsense")).toEqual(await ask("op", "?state=any"));
  expect((await ask("op", "?state=active&scrapePool=b")).body["data"]).toEqual({
    activeTargets: [active("b")],
    droppedTargets: [],
    droppedTargetCounts: null,
  });
  expect((await ask("op", "?state=dropped&scrapePool=a")).body["data"]).toEqual({
    activeTargets: [],
    droppedTargets: snapshot.droppedTargets,
    droppedTargetCounts: { a: 1 },
  });
  for (const client of ["acme", "weak"]) {
    expect(await ask(client)).toEqual({
      status: 403,
      body: {
        status: "error",
        errorType: "forbidden",
        error: "This client lacks the scope targets.read.",
      },
    });
  }
  expect(await ask("nobody")).toMatchObject({
    status: 401,
    body: { status: "error", errorType: "unauthorized" },
  });
});
