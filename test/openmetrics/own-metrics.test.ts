import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createApiTelemetry, createOwnMetricsRoutes, OWN_METRICS_SURFACES } from "#api";
import { createHttpTelemetry } from "#http";
import { createRegistry, reportRuntime } from "#telemetry";
import { startTestServer } from "../fakes/http-test-server.ts";
import { peerOrSkip } from "../peers/index.ts";

/** What `/metrics` of a process with two threads says, after some traffic. */
async function ownMetrics(accept: string): Promise<{ contentType: string; text: string }> {
  const main = createRegistry();
  const engine = createRegistry();
  using _main = reportRuntime(main, { thread: "main", version: "1.2.3" });
  using _engine = reportRuntime(engine, { thread: "engine", version: null });
  const http = createHttpTelemetry(main);
  const api = createApiTelemetry(main);
  http.requests.with("scrape", "GET", "2xx").inc();
  http.duration.with("scrape").observe(0.003);
  api.tenantScrapes.with('odd "tenant"\n\\', "ok").inc();
  await using started = await startTestServer({
    routes: createOwnMetricsRoutes({
      ownFamilies: async () => [main.collect(), structuredClone(engine.collect())],
    }),
    surfaces: OWN_METRICS_SURFACES,
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  const response = await fetch(`http://127.0.0.1:${started.port}/metrics`, {
    headers: { accept },
  });
  expect(response.status).toBe(200);
  return { contentType: response.headers.get("content-type") ?? "", text: await response.text() };
}

test("own metrics are negotiated, and tell of every thread", async () => {
  const openMetrics = await ownMetrics("application/openmetrics-text;version=1.0.0");
  expect(openMetrics.contentType).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(openMetrics.text).toMatch(/\n# EOF\n$/);
  for (const thread of ["main", "engine"]) {
    expect(openMetrics.text).toContain(`nodejs_heap_used_bytes{thread="${thread}"} `);
  }
  const text = await ownMetrics("text/plain");
  expect(text.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text.text).toContain("# TYPE gaugeway_http_requests_total counter\n");
});

test("promtool finds nothing to say of own metrics", async ({ skip }) => {
  const promtool = await peerOrSkip("promtool", "bookworm", skip);
  const { text } = await ownMetrics("text/plain");
  const checked = spawnSync(promtool.path, ["check", "metrics"], {
    input: text,
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(checked.stderr).toBe("");
  expect(checked.status).toBe(0);
});

test("the strict OpenMetrics parser takes own metrics", async ({ skip }) => {
  const client = await peerOrSkip("pythonPrometheusClient", "bookworm", skip);
  const { text } = await ownMetrics("application/openmetrics-text");
  const program =
    "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as p; print(len(list(p(sys.stdin.read()))))";
  const { stdout, stderr, error } = spawnSync("python3", ["-c", program], {
    input: text,
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: client.path, PYTHONUTF8: "1" },
    timeout: 60_000,
  });
  if (error !== undefined) skip(`python3 does not run here: ${error.message}`);
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeGreaterThan(10);
});
