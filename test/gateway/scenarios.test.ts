/**
 * What is measured where, and what the client sees of it: the matrix of scenarios that people's
 * dashboards rest on, against a real backend.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BackendServer, sendJson, startBackend } from "./backend-server.ts";
import { runGateway, type RunningGateway } from "./running-gateway.ts";
import { settled } from "./settled.ts";

let backend: BackendServer;

beforeAll(async () => {
  backend = await startBackend((request, response) => {
    switch (request.url ?? "") {
      case "/ok":
        return sendJson(response, { a: 1 });
      case "/other":
        return sendJson(response, { b: 2 });
      case "/array":
        return sendJson(response, [1, 2]);
      case "/503":
        return void response.writeHead(503).end("no");
      case "/204":
        return void response.writeHead(204).end();
      case "/slow":
        return;
      default:
        return void response.writeHead(404).end();
    }
  });
});
afterAll(() => backend[Symbol.asyncDispose]());

interface Scenario {
  readonly name: string;
  readonly endpoint: Readonly<Record<string, unknown>>;
  readonly router?: Readonly<Record<string, unknown>>;
  /** How often it is asked; the last answer counts. */
  readonly requests?: number;
  readonly status: number;
  /** X-Krakend-Completed; null: absent. */
  readonly completed: string | null;
  readonly body: string;
  readonly size: number;
  readonly pipe: readonly string[];
  readonly backend: readonly string[];
}

const one = (url: string, more: object = {}) => ({ backend: [{ url_pattern: url, ...more }] });

const SCENARIOS: readonly Scenario[] = [
  {
    name: "one JSON backend ok",
    endpoint: one("/ok"),
    status: 200,
    completed: "true",
    body: '{"a":1}',
    size: 7,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "two backends ok",
    endpoint: { backend: [{ url_pattern: "/ok" }, { url_pattern: "/other" }] },
    status: 200,
    completed: "true",
    body: '{"a":1,"b":2}',
    size: 13,
    pipe: ["t/f"],
    backend: ["t/f", "t/f"],
  },
  {
    name: "one of two fails",
    endpoint: { backend: [{ url_pattern: "/ok" }, { url_pattern: "/503" }] },
    status: 200,
    completed: "false",
    body: '{"a":1}',
    size: 7,
    pipe: ["f/t"],
    backend: ["f/t", "t/f"],
  },
  {
    name: "all backends fail",
    endpoint: { backend: [{ url_pattern: "/503" }, { url_pattern: "/503" }] },
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t"],
    backend: ["f/t", "f/t"],
  },
  {
    name: "a single backend answers 204",
    endpoint: one("/204"),
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t"],
    backend: ["f/t"],
  },
  {
    name: "a backend slower than the endpoint's timeout",
    endpoint: { ...one("/slow"), timeout: "100ms" },
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t"],
    backend: ["f/t"],
  },
  {
    name: "one of two is too slow",
    endpoint: { backend: [{ url_pattern: "/ok" }, { url_pattern: "/slow" }], timeout: "300ms" },
    status: 200,
    completed: "false",
    body: '{"a":1}',
    size: 7,
    pipe: ["f/t"],
    backend: ["f/t", "t/f"],
  },
  {
    name: "a JSON list without is_collection",
    endpoint: one("/array"),
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t"],
    backend: ["f/t"],
  },
  {
    name: "no-op, backend 204",
    endpoint: { ...one("/204"), output_encoding: "no-op" },
    status: 204,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "no-op, backend 503 with a body",
    endpoint: { ...one("/503"), output_encoding: "no-op" },
    status: 503,
    completed: "false",
    body: "no",
    size: 2,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "return_error_code",
    endpoint: one("/503", { extra_config: { "backend/http": { return_error_code: true } } }),
    status: 503,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t"],
    backend: ["f/t"],
  },
  {
    name: "return_error_code with return_error_msg",
    endpoint: one("/503", { extra_config: { "backend/http": { return_error_code: true } } }),
    router: { return_error_msg: true },
    status: 503,
    completed: "false",
    body: "503",
    size: 3,
    pipe: ["f/t"],
    backend: ["f/t"],
  },
  {
    name: "return_error_details",
    endpoint: one("/503", { extra_config: { "backend/http": { return_error_details: "x" } } }),
    status: 200,
    completed: "false",
    body: '{"error_x":{"http_body":"no","http_body_encoding":"","http_status_code":503}}',
    size: 77,
    pipe: ["f/f"],
    backend: ["f/f"],
  },
  {
    name: "concurrent_calls",
    endpoint: { ...one("/ok"), concurrent_calls: 3 },
    status: 200,
    completed: "true",
    body: '{"a":1}',
    size: 7,
    pipe: ["t/f"],
    backend: ["f/t", "f/t", "t/f"],
  },
  {
    name: "everything filtered away",
    endpoint: one("/ok", { allow: ["nothing"] }),
    status: 200,
    completed: "false",
    body: "{}",
    size: 2,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "the router's rate limit",
    endpoint: {
      ...one("/ok"),
      extra_config: { "qos/ratelimit/router": { max_rate: 1, capacity: 1 } },
    },
    requests: 2,
    status: 503,
    completed: null,
    body: "",
    size: 0,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "a client's rate limit",
    endpoint: {
      ...one("/ok"),
      extra_config: { "qos/ratelimit/router": { client_max_rate: 1, strategy: "ip" } },
    },
    requests: 2,
    status: 429,
    completed: null,
    body: "",
    size: 0,
    pipe: ["t/f"],
    backend: ["t/f"],
  },
  {
    name: "the proxy's rate limit",
    endpoint: one("/ok", { extra_config: { "qos/ratelimit/proxy": { max_rate: 1, capacity: 1 } } }),
    requests: 2,
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t", "t/f"],
    backend: ["f/t", "t/f"],
  },
  {
    name: "an open circuit breaker",
    endpoint: one("/503", {
      extra_config: { "qos/circuit-breaker": { interval: 60, timeout: 60, max_errors: 0 } },
    }),
    requests: 2,
    status: 500,
    completed: "false",
    body: "",
    size: -1,
    pipe: ["f/t", "f/t"],
    backend: ["f/t", "f/t"],
  },
];

const outcomesOf = (gateway: RunningGateway, layer: string): readonly string[] =>
  gateway.meter.calls
    .filter((call) => call.startsWith(`${layer} `))
    .map((call) => call.split(" ").at(-1) ?? "")
    .toSorted();

describe("the scenario matrix", () => {
  test.each(SCENARIOS)("$name", async (scenario) => {
    await using gateway = await runGateway({
      host: [backend.origin],
      endpoints: [{ endpoint: "/x", ...scenario.endpoint }],
      ...(scenario.router === undefined ? {} : { extra_config: { router: scenario.router } }),
    });
    const requests = scenario.requests ?? 1;
    let response = await fetch(`${gateway.origin}/x`);
    let body = await response.text();
    for (let sent = 1; sent < requests; sent += 1) {
      response = await fetch(`${gateway.origin}/x`);
      body = await response.text();
    }
    expect(response.status).toBe(scenario.status);
    expect(response.headers.get("x-krakend-completed")).toBe(scenario.completed);
    expect(response.headers.get("x-krakend")).toBe("Version 1.2.3");
    expect(body).toBe(scenario.body);
    await settled(() => gateway.meter.ended === requests);
    expect(gateway.meter.begun).toBe(requests);
    expect(gateway.meter.router.at(-1)).toEqual({
      name: "/x",
      status: scenario.status,
      bodyBytes: scenario.size,
    });
    await settled(() => outcomesOf(gateway, "backend").length === scenario.backend.length);
    expect(outcomesOf(gateway, "pipe")).toEqual(scenario.pipe);
    expect(outcomesOf(gateway, "backend")).toEqual(scenario.backend);
  });

  test("an open circuit breaker keeps calls from the backend", async () => {
    await using counted = await startBackend((_request, response) => {
      response.writeHead(503).end();
    });
    const breaker = { interval: 60, timeout: 60, max_errors: 2 };
    await using gateway = await runGateway({
      host: [counted.origin],
      endpoints: [
        { endpoint: "/x", ...one("/a", { extra_config: { "qos/circuit-breaker": breaker } }) },
      ],
    });
    for (let sent = 0; sent < 6; sent += 1) await (await fetch(`${gateway.origin}/x`)).text();
    // More than two consecutive errors: the third opens it.
    expect(counted.seen.length).toBe(3);
  });

  test("a client that leaves is an error, and its backend is told", async () => {
    await using slow = await startBackend(() => undefined);
    await using gateway = await runGateway({
      host: [slow.origin],
      timeout: "30s",
      endpoints: [{ endpoint: "/x", ...one("/a") }],
    });
    const leave = new AbortController();
    const request = fetch(`${gateway.origin}/x`, { signal: leave.signal });
    await settled(() => slow.seen.length === 1);
    leave.abort();
    await expect(request).rejects.toThrow("aborted");
    await slow.cutOff;
    await settled(() => gateway.meter.ended === 1);
    expect(gateway.meter.router).toEqual([{ name: "/x", status: 500, bodyBytes: -1 }]);
    expect(gateway.meter.calls.toSorted()).toEqual(["backend /a f/t", "pipe /x f/t"]);
  });
});

describe("what is counted nowhere", () => {
  test.each([
    ["an unknown path", "GET", "/nothing", 404],
    ["a wrong method", "POST", "/users/1", 405],
    ["HEAD of a GET endpoint", "HEAD", "/users/1", 405],
    ["a trailing slash", "GET", "/users/1/", 301],
    ["another case", "GET", "/USERS/1", 301],
    ["health", "GET", "/__health", 200],
    ["debug", "POST", "/__debug/x", 200],
    ["echo", "GET", "/__echo/x", 200],
    ["double encoding", "GET", "/users/a%2520b", 400],
  ])("%s", async (_name, method, path, status) => {
    await using gateway = await runGateway({
      host: [backend.origin],
      debug_endpoint: true,
      echo_endpoint: true,
      endpoints: [{ endpoint: "/users/{id}", ...one("/u/{id}?x={id}") }],
    });
    const response = await fetch(`${gateway.origin}${path}`, { method, redirect: "manual" });
    await response.text();
    expect(response.status).toBe(status);
    expect(gateway.meter.begun).toBe(0);
    expect(gateway.meter.calls).toEqual([]);
    // Names are the normalised patterns, and known before any request.
    expect(gateway.meter.registered.toSorted()).toEqual([
      "backend /u/{{.Id}}?x={{.Id}}",
      "endpoint /users/:id",
      "pipe /users/:id",
    ]);
  });
});
