/** What loads, what is refused with which line, and that three spellings of a file are one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { explainGateway, formatGatewayFinding, isGatewayFile, loadGatewayConfig } from "#gateway";

const folder = mkdtempSync(join(tmpdir(), "gaugeway-load-"));
afterAll(() => rmSync(folder, { recursive: true }));

function load(
  text: string,
  name = "krakend.json",
  options: { env?: Record<string, string>; ignored?: string[] } = {},
): ReturnType<typeof loadGatewayConfig> {
  const file = join(folder, name);
  writeFileSync(file, text);
  return loadGatewayConfig({
    file,
    env: options.env ?? {},
    ignoredNamespaces: options.ignored ?? [],
  });
}

function config(text: string, ...more: [string?, { env?: Record<string, string> }?]) {
  const loaded = load(text, ...more);
  if (loaded.kind === "refused") throw new Error(JSON.stringify(loaded.errors));
  return loaded.config;
}

/** The one line that a user sees. */
function refusal(root: object, ignored: string[] = []): string {
  const loaded = load(JSON.stringify(root), "krakend.json", { ignored });
  if (loaded.kind === "loaded") return "loaded";
  return loaded.errors.map((error) => formatGatewayFinding("krakend.json", error)).join("\n");
}

const endpoint = (more: object = {}, backend: object = {}) => ({
  version: 3,
  endpoints: [
    { endpoint: "/x/{id}", backend: [{ host: ["a:1"], url_pattern: "/y", ...backend }], ...more },
  ],
});

describe("a file of three formats", () => {
  const json = `{
    "version": 3, "port": 9000, "timeout": "1m30s", "host": ["10.0.0.1:8000", "https://b/"],
    "extra_config": {
      "telemetry/metrics": {"collection_time": "60s"},
      "telemetry/influx": {"address": "http://i:8086", "buffer_size": 100}
    },
    "endpoints": [{
      "endpoint": "users/{id}", "cache_ttl": "300s", "input_query_strings": ["*"],
      "backend": [{"url_pattern": "u/{id}?x={id}", "mapping": {"a": "b.c"}, "allow": ["a.b"]}]
    }]
  }`;
  const yaml = `
version: 3
port: 9000
timeout: 1m30s
host: ["10.0.0.1:8000", "https://b/"]
extra_config:
  telemetry/metrics: {collection_time: 60s}
  telemetry/influx: {address: "http://i:8086", buffer_size: 100}
endpoints:
  - endpoint: users/{id}
    cache_ttl: 300s
    input_query_strings: ["*"]
    backend:
      - {url_pattern: "u/{id}?x={id}", mapping: {a: b.c}, allow: [a.b]}
`;
  const toml = `
version = 3
port = 9000
timeout = "1m30s"
host = ["10.0.0.1:8000", "https://b/"]
[extra_config."telemetry/metrics"]
collection_time = "60s"
[extra_config."telemetry/influx"]
address = "http://i:8086"
buffer_size = 100
[[endpoints]]
endpoint = "users/{id}"
cache_ttl = "300s"
input_query_strings = ["*"]
[[endpoints.backend]]
url_pattern = "u/{id}?x={id}"
mapping = {a = "b.c"}
allow = ["a.b"]
`;

  test("is the same configuration", () => {
    const expected = config(json);
    expect(expected.listen).toEqual({ kind: "tcp", host: "", port: 9000 });
    const [first] = expected.endpoints;
    expect(first).toMatchObject({
      path: { text: "/users/{id}", metricName: "/users/:id" },
      timeoutMs: 90_000,
      cacheSeconds: 300,
      inputQueryStrings: { kind: "all" },
    });
    expect(first?.backends[0]).toMatchObject({
      hosts: ["http://10.0.0.1:8000", "https://b"],
      url: { text: "/u/{id}?x={id}", metricName: "/u/{{.Id}}?x={{.Id}}" },
    });
    expect(expected.extraConfig["telemetry/influx"]).toEqual({
      address: "http://i:8086",
      buffer_size: 100,
    });
    expect(config(yaml, "krakend.yaml")).toEqual(expected);
    expect(config(toml, "krakend.toml")).toEqual(expected);
  });

  test("is told from our own", () => {
    writeFileSync(join(folder, "k.yaml"), yaml);
    writeFileSync(join(folder, "gaugeway.yaml"), "server:\n  listen_address: ':1'\n");
    expect(isGatewayFile(join(folder, "k.yaml"))).toBe(true);
    expect(isGatewayFile(join(folder, "gaugeway.yaml"))).toBe(false);
    expect(isGatewayFile(join(folder, "krakend.json"))).toBe(true);
  });

  test.each([
    ["krakend.json", '{"version": 3,\n  "a": secret}', /is not valid JSON: look at line 2/],
    ["krakend.yaml", "version: 3\na: [1\n", /is not valid YAML: look at line \d/],
    ["krakend.toml", "version = 3\na = secret\n", /is not valid TOML: look at line 2/],
    ["krakend.json", "[]", /must hold an object/],
  ])("that is broken is one line without its text: %s %s", (name, text, message) => {
    const loaded = load(text, name);
    expect(loaded.kind).toBe("refused");
    if (loaded.kind !== "refused") return;
    expect(loaded.errors.length).toBe(1);
    expect(loaded.errors[0]?.message).toMatch(message);
    expect(JSON.stringify(loaded.errors)).not.toContain("secret");
  });

  test("takes keys of the root from the environment", () => {
    const { listen } = config(json, "krakend.json", { env: { KRAKEND_PORT: "9999" } });
    expect(listen).toMatchObject({ port: 9999 });
  });

  test("takes the old names of namespaces, and prefers the new", () => {
    const old = config(
      JSON.stringify({
        version: 3,
        extra_config: {
          "github_com/devopsfaith/krakend-metrics": { collection_time: "1s" },
          "github_com/letgoapp/krakend-influx": { ttl: "1s" },
          "telemetry/influx": { ttl: "2s" },
        },
      }),
    );
    expect(old.extraConfig).toEqual({
      "telemetry/metrics": { collection_time: "1s" },
      "telemetry/influx": { ttl: "2s" },
    });
  });
});

describe("what cannot be used is one readable line", () => {
  test.each<[object, string]>([
    [{ version: 2 }, "version: expected 3"],
    [{}, "version: expected 3"],
    [{ version: 3, port: "80" }, 'port: expected a whole number from 0 to 65535, not "80"'],
    [{ version: 3, port: 99_999 }, "port: expected a whole number from 0 to 65535, not 99999"],
    [{ version: 3, listen_ip: "host" }, "listen_ip: expected an IP address"],
    [
      { version: 3, timeout: "2 seconds" },
      'timeout: expected a duration such as 2s, 1m30s or 500ms, not "2 seconds"',
    ],
    [{ version: 3, timeout: "-2s" }, "timeout: expected a duration such as 2s, 1m30s or 500ms"],
    [{ version: 3, endpoints: {} }, "endpoints: expected a list of objects, not an object"],
    [{ version: 3, async_agent: [] }, "async_agent: is not supported"],
    [{ version: 3, tls: { enable_mtls: true } }, "tls.enable_mtls: is not supported"],
    [endpoint({}, { method: "TRACE" }), "endpoints[0].backend[0].method: expected one of GET"],
    [endpoint({ endpoint: "/__health" }), "endpoints[0].endpoint: the paths /__debug"],
    [endpoint({ endpoint: "/a/*/b" }), "endpoints[0].endpoint: nothing may follow a *"],
    [endpoint({ endpoint: "/a.{id}" }), "endpoints[0].endpoint: a placeholder such as {id} must"],
    [endpoint({ backend: [] }), "endpoints[0].backend: expected at least one backend"],
    [endpoint({ concurrent_calls: 101 }), "endpoints[0].concurrent_calls: expected a whole number"],
    [
      endpoint({}, { url_pattern: "/{name}" }),
      "endpoints[0].backend[0].url_pattern: {name} is no placeholder of the endpoint's path",
    ],
    [
      endpoint({}, { url_pattern: "/{resp0_a}" }),
      "endpoints[0].backend[0].url_pattern: {resp0_…} needs proxy.sequential",
    ],
    [endpoint({}, { host: ["http://a/b"] }), "endpoints[0].backend[0].host: expected hosts such"],
    [endpoint({}, { host: [] }), "endpoints[0].backend[0].host: is missing here and at the root"],
    [
      endpoint({ output_encoding: "no-op", backend: [{}, {}] }),
      "endpoints[0].backend: an endpoint with output_encoding no-op takes one backend only",
    ],
    [
      { version: 3, extra_config: { "auth/api-keys": {} } },
      "extra_config.auth/api-keys: is not supported: who may come in",
    ],
    [
      endpoint({ extra_config: { "validation/cel": [] } }),
      "endpoints[0].extra_config.validation/cel: is not supported: it decides which requests",
    ],
    [
      { version: 3, extra_config: { "auth/validator": {} } },
      "extra_config.auth/validator: has no effect here; it belongs to the level endpoint. Remove",
    ],
    [
      endpoint({ extra_config: { "auth/validator": { alg: "RS256" } } }),
      "endpoints[0].extra_config.auth/validator.jwk_url: expected the address of a JWK set",
    ],
    [
      endpoint({ extra_config: { "auth/validator": { jwk_url: "http://a/b" } } }),
      "endpoints[0].extra_config.auth/validator.jwk_url: expected https",
    ],
    [
      {
        version: 3,
        extra_config: { "security/cors": { allow_origins: ["*"], allow_credentials: true } },
      },
      "extra_config.security/cors.allow_credentials: any site could act for your users",
    ],
  ])("%j", (root, line) => {
    expect(refusal(root)).toContain(`krakend.json: ${line}`);
  });

  test("all of them at once", () => {
    expect(refusal({ version: 2, port: -1, timeout: true }).split("\n").length).toBe(3);
  });

  test("endpoints that answer the same are named", () => {
    const [first] = endpoint().endpoints;
    expect(
      refusal({ version: 3, endpoints: [first, { ...first, endpoint: "/x/{id}" }] }),
    ).toContain("endpoints[1].endpoint: GET /x/:id is answered by endpoints[0] already");
  });

  test("an operator can run without what would be refused", () => {
    const root = endpoint({ extra_config: { "validation/cel": [] } });
    expect(refusal(root, ["validation/cel"])).toBe("loaded");
  });
});

test("names that mean something to JavaScript mean nothing here", () => {
  const names = '{"__proto__":{},"constructor":{},"toString":{}}';
  const text = `{"version":3,"__proto__":1,"constructor":1,"extra_config":${names}}`;
  const loaded = load(text);
  expect(loaded.kind === "loaded" && loaded.warnings.map(({ path }) => path)).toEqual([
    "extra_config.constructor",
    "extra_config.toString",
    "constructor",
  ]);
});

describe("what is tolerated", () => {
  test("is named", () => {
    const loaded = load(
      JSON.stringify({
        $schema: "https://example.org",
        version: 3,
        "@comment": "x",
        plugin: {},
        prot: 1,
        extra_config: { "documentation/openapi": {}, "qos/circuit-breaker": {} },
      }),
    );
    expect(loaded.kind === "loaded" && loaded.warnings).toEqual([
      { path: "extra_config.documentation/openapi", message: "has no effect here" },
      {
        path: "extra_config.qos/circuit-breaker",
        message: "has no effect here; it belongs to the level backend",
      },
      { path: "plugin", message: "has no effect here" },
      { path: "prot", message: "unknown key, ignored" },
    ]);
  });

  test("is left out, where its method is none", () => {
    const loaded = load(JSON.stringify(endpoint({ method: "HEAD" })));
    expect(loaded).toMatchObject({
      kind: "loaded",
      config: { endpoints: [] },
      warnings: [{ path: "endpoints[0].method" }],
    });
  });

  test("explained with what it does", () => {
    const root = endpoint(
      { timeout: "500ms", extra_config: { proxy: { static: { data: {} } }, "x/y": {} } },
      { group: "g" },
    );
    expect(explainGateway(config(JSON.stringify(root)))).toEqual({
      listen: "http://:8080",
      endpoints: [
        {
          route: "GET /x/{id}",
          summary: "json, timeout 500ms, static data (always)",
          backends: ["GET http://a:1/y (json, group g)"],
        },
      ],
      namespaces: [
        {
          name: "proxy",
          levels: ["endpoint"],
          effect: "sequential calls, static data, flatmap; shadow backends",
        },
        { name: "x/y", levels: ["endpoint"], effect: null },
      ],
    });
  });
});
