import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text as readText } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SnapshotRefusal, type SnapshotRequest, type StreamedBody } from "#snapshot";
import {
  basic,
  bodyOf,
  fakeApi,
  fakeAuthenticate,
  fakeSnapshots,
  operatorClient,
  tenantClient,
} from "../../../test/fakes/fake-api.ts";
import { startTestServer, type TestServer } from "../../../test/fakes/http-test-server.ts";
import { type ApiDeps, createRoutes } from "../create-routes.ts";
import { PUBLIC_SURFACES } from "../surfaces.ts";

function serve(deps: ApiDeps): Promise<TestServer> {
  return startTestServer({ routes: createRoutes(deps), surfaces: PUBLIC_SURFACES });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Node's own client adds no Accept header, as some scrapers do. */
function get(
  port: number,
  headers: Readonly<Record<string, string>>,
  path = "/metrics/v1",
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: "127.0.0.1", path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { statusCode = 0, headers: received } = response;
        resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks) });
      });
      response.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

/** A body that is made while it is sent; `left` is told of readers that leave before its end. */
function streamOf(texts: readonly string[], left: string[]): StreamedBody {
  const rest = texts.map((text) => new TextEncoder().encode(text));
  const chunks: StreamedBody["chunks"] = {
    [Symbol.asyncIterator]: () => chunks,
    next: async () => {
      const value = rest.shift();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    return: async () => {
      left.push("left");
      return { done: true, value: undefined };
    },
  };
  return { kind: "streamed", seriesCount: 1, chunks };
}

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const plainText = "text/plain; version=0.0.4; charset=utf-8";

/** What each consumer sends (specs of metrics access E.1, E.10), and what it must be given. */
const consumers: readonly (readonly [string, string | null, string])[] = [
  [
    "Prometheus 2.42",
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    openMetrics,
  ],
  [
    "Prometheus 3.0.1",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;escaping=allow-utf-8;q=0.2",
    `${openMetrics}; escaping=allow-utf-8`,
  ],
  ["vmagent", "text/plain;version=0.0.4;q=1,*/*;q=0.1", plainText],
  ["Datadog", "text/plain", plainText],
  ["curl", "*/*", openMetrics],
  ["New Relic", null, plainText],
  ["a browser of JSON", "application/json", plainText],
];

describe("a scrape", () => {
  test.each(consumers)("by %s is answered in its format", async (_name, accept, contentType) => {
    const snapshots = fakeSnapshots(async () => bodyOf("up 1\n", "# EOF\n"));
    await using started = await serve(fakeApi({ snapshots }));
    const answer = await get(started.port, {
      ...basic("acme"),
      ...(accept === null ? {} : { accept }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe(contentType);
    expect(answer.body.toString()).toBe("up 1\n# EOF\n");
    expect(answer.headers).toMatchObject({
      "content-length": "11",
      vary: "Accept, Accept-Encoding, Authorization",
      "cache-control": "no-store",
      "x-gaugeway-notice": "for operational insight; not for billing",
    });
    expect(answer.headers).not.toHaveProperty("etag");
    expect(snapshots.requests[0]?.format).toBe(
      contentType.startsWith("text") ? "text" : "openmetrics",
    );
  });

  test("is compressed where gzip is accepted, whatever else is", async () => {
    const snapshots = fakeSnapshots(async ({ encoding }) => {
      const plain = bodyOf("up 1\n# EOF\n");
      if (encoding === "identity") return plain;
      const chunks = plain.chunks.map((chunk) => new Uint8Array(gzipSync(chunk)));
      return { ...plain, chunks, byteLength: chunks[0]?.length ?? 0 };
    });
    await using started = await serve(fakeApi({ snapshots }));
    const cases: readonly (readonly [string, boolean])[] = [
      ["gzip", true],
      ["deflate, gzip;q=0.5", true],
      ["*", true],
      ["gzip;q=0", false],
      ["identity", false],
      ["identity;q=1, gzip;q=0.5", false],
      ["br, deflate", false],
    ];
    for (const [encoding, isCompressed] of cases) {
      const answer = await get(started.port, { ...basic("acme"), "accept-encoding": encoding });
      const seen = answer.headers["content-encoding"];
      expect([encoding, seen]).toEqual([encoding, isCompressed ? "gzip" : undefined]);
      expect(answer.headers["content-length"]).toBe(String(answer.body.length));
      const plain = isCompressed ? gunzipSync(answer.body) : answer.body;
      expect(plain.toString()).toBe("up 1\n# EOF\n");
    }
  });

  test("of a large tenant is sent while it is made, and counted as it goes", async () => {
    const left: string[] = [];
    const snapshots = fakeSnapshots(async () => streamOf(["up 1\n", "# EOF\n"], left));
    await using started = await serve(fakeApi({ snapshots }));
    const answer = await get(started.port, basic("acme"));
    expect([answer.status, answer.body.toString()]).toEqual([200, "up 1\n# EOF\n"]);
    expect(answer.headers).not.toHaveProperty("content-length");
    expect(left).toEqual([]);
    const head = await get(started.port, basic("acme"), "/metrics/v1", "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(left).toEqual(["left"]);
  });

  test("whose making fails halfway never looks whole", async () => {
    const snapshots = fakeSnapshots(async () => {
      const body = streamOf(["up 1\n"], []);
      let asked = 0;
      const failing: StreamedBody["chunks"] = {
        ...body.chunks,
        [Symbol.asyncIterator]: () => failing,
        next: () => (++asked === 1 ? body.chunks.next() : Promise.reject(new Error("gone"))),
      };
      return { ...body, chunks: failing };
    });
    await using started = await serve(fakeApi({ snapshots }));
    await expect(get(started.port, basic("acme"))).rejects.toThrow(/ECONNRESET|aborted/);
    const old = connect({ port: started.port, host: "127.0.0.1" });
    const credential = basic("acme")["authorization"];
    old.write(`GET /metrics/v1 HTTP/1.0\r\nHost: x\r\nAuthorization: ${credential}\r\n\r\n`);
    // HTTP/1.0 knows no chunks: only a reset tells a broken body from a whole one.
    await expect(readText(old)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("of an empty tenant is 200 with the end mark", async () => {
    await using started = await serve(fakeApi());
    const answer = await get(started.port, { ...basic("acme"), accept: "*/*" });
    expect([answer.status, answer.body.toString()]).toEqual([200, "# EOF\n"]);
  });

  test("is not changed by parameters, trailing slash, bodies or trusted-looking headers", async () => {
    const snapshots = fakeSnapshots(async ({ entitlement }) =>
      bodyOf(entitlement.selectors[0] ?? ""),
    );
    await using started = await serve(fakeApi({ snapshots }));
    const plain = await get(started.port, basic("acme"));
    const paths = [
      "/metrics/v1?query=up&match[]=%7Btenant%3D%22globex%22%7D&time=0&extra_label=tenant=globex",
      "/metrics/v1?name[]=x",
      "/metrics/v1/",
    ];
    const forged = {
      "x-scope-orgid": "globex",
      "x-prom-label-policy": "globex",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-uri": "/-/healthy",
      "x-original-url": "/-/healthy",
      "x-http-method-override": "DELETE",
      "x-webauth-user": "globex",
      connection: "Authorization, close",
    };
    for (const path of paths) {
      const answer = await get(started.port, { ...basic("acme"), ...forged }, path);
      expect([path, answer.status, answer.body.toString()]).toEqual([
        path,
        200,
        plain.body.toString(),
      ]);
    }
    expect(new Set(snapshots.requests.map((request) => JSON.stringify(request))).size).toBe(1);
  });

  test("by HEAD has the headers of GET", async () => {
    await using started = await serve(fakeApi());
    const head = await get(started.port, basic("acme"), "/metrics/v1", "HEAD");
    const whole = await get(started.port, basic("acme"));
    expect([head.status, head.body.length]).toEqual([200, 0]);
    for (const name of ["content-length", "content-type", "vary"]) {
      expect(head.headers[name]).toBe(whole.headers[name]);
    }
  });

  test("belongs to whom the request says, not to whom the connection served before", async () => {
    const snapshots = fakeSnapshots(async ({ entitlement }) =>
      bodyOf(entitlement.selectors[0] ?? ""),
    );
    await using started = await serve(fakeApi({ snapshots }));
    const url = `http://127.0.0.1:${started.port}/metrics/v1`;
    const seen: string[] = [];
    for (const who of [basic("acme"), basic("globex"), {}, basic("acme", "wrong")]) {
      const response = await fetch(url, { headers: { ...who, "accept-encoding": "identity" } });
      seen.push(`${response.status} ${(await response.text()).slice(0, 40)}`);
    }
    expect(seen[0]).toBe('200 {tenant="acme"}');
    expect(seen[1]).toBe('200 {tenant="globex"}');
    expect(seen[2]).toMatch(/^401 /);
    expect(seen[3]).toMatch(/^401 /);
  });

  test("passes the switch for timestamps and the escaping on", async () => {
    const snapshots = fakeSnapshots(async () => bodyOf("# EOF\n"));
    await using started = await serve(
      fakeApi({ snapshots, metricsEndpoint: () => ({ timestamps: true, gzip: false }) }),
    );
    await get(started.port, {
      ...basic("acme"),
      "accept-encoding": "gzip",
      accept: "application/openmetrics-text;version=1.0.0;escaping=dots",
    });
    expect(snapshots.requests[0]).toMatchObject({
      timestamps: true,
      encoding: "identity",
      escaping: "dots",
    });
  });
});

describe("a scrape is refused", () => {
  test("without a right credential, alike for every reason", async () => {
    const snapshots = fakeSnapshots(async () => bodyOf("secret"));
    const api = fakeApi({ snapshots });
    await using started = await serve(api);
    const none = await get(started.port, {});
    const wrongSecret = await get(started.port, basic("acme", "wrong"));
    const unknown = await get(started.port, basic("nobody"));
    const bearer = await get(started.port, { authorization: "Bearer abc" });
    for (const answer of [none, wrongSecret, unknown, bearer]) {
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        error_description: "invalid or missing credentials",
      });
    }
    expect(wrongSecret.body.equals(unknown.body)).toBe(true);
    expect(none.headers["www-authenticate"]).toBe(
      'Basic realm="gaugeway", charset="UTF-8", Bearer realm="gaugeway", scope="metrics.read"',
    );
    expect(bearer.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect(snapshots.requests).toEqual([]);
  });

  test("for too many failures or scrapes: 429, when to try again and what is left", async () => {
    const standing = [
      { of: "client", perSecond: 10, burst: 50, concurrentMax: 64, remaining: 0 },
      { of: "tenant", perSecond: 50, burst: 250, concurrentMax: 256, remaining: 120 },
    ] as const;
    const api = fakeApi({
      scrapeAdmission: {
        standing: () => standing,
        admit: () => ({ admitted: false, standing, limit: "client_rate", retryAfterSeconds: 3 }),
      },
    });
    await using started = await serve(api);
    const limited = { authorization: `Basic ${Buffer.from("limited:x").toString("base64")}` };
    const failures = await get(started.port, limited);
    expect([failures.status, failures.headers["retry-after"]]).toEqual([429, "7"]);
    const rate = await get(started.port, basic("acme"));
    expect([rate.status, rate.headers["retry-after"]]).toEqual([429, "3"]);
    expect(rate.headers["ratelimit-policy"]).toBe('"client";q=50;w=5, "tenant";q=250;w=5');
    expect(rate.headers["ratelimit"]).toBe('"client";r=0;t=5, "tenant";r=120;t=3');
  });

  test("without the scope: 403 that names it; aliases and wildcards do", async () => {
    const clients = [
      tenantClient("none", { scopes: [] }),
      tenantClient("query", { scopes: ["metrics.query"] }),
      tenantClient("alias", { scopes: ["metrics.prometheus.read"] }),
      tenantClient("wild", { scopes: ["metrics.*"] }),
      { ...operatorClient(["*"]), clientId: tenantClient("op").clientId },
    ];
    await using started = await serve(fakeApi({ authenticate: fakeAuthenticate(clients) }));
    const expected = { none: 403, query: 403, alias: 200, wild: 200, op: 403 };
    for (const [client, status] of Object.entries(expected)) {
      const answer = await get(started.port, basic(client));
      expect([client, answer.status]).toEqual([client, status]);
      if (status === 200) continue;
      expect(answer.headers["www-authenticate"]).toBe(
        'Bearer realm="gaugeway", error="insufficient_scope", scope="metrics.read"',
      );
      expect(JSON.parse(answer.body.toString())).toMatchObject({ error: "insufficient_scope" });
    }
  });

  test("for a client without entitlement with nothing, not with everything", async () => {
    const snapshots = fakeSnapshots(async ({ entitlement }) =>
      bodyOf(`${entitlement.selectors.length}`),
    );
    const clients = [tenantClient("bare", { entitlement: null })];
    await using started = await serve(
      fakeApi({ snapshots, authenticate: fakeAuthenticate(clients) }),
    );
    expect((await get(started.port, basic("bare"))).body.toString()).toBe("0");
  });

  test("whole, and with the reason, over a limit or at a collision", async () => {
    const refusals = {
      series_per_scrape_limit: 422,
      body_bytes_limit: 422,
      label_collision: 409,
      not_ready: 503,
    } as const;
    for (const [code, status] of Object.entries(refusals)) {
      const api = fakeApi({
        snapshots: fakeSnapshots(() =>
          Promise.reject(
            new SnapshotRefusal(
              code as keyof typeof refusals,
              "Ask the operator.",
              "label canary_x",
            ),
          ),
        ),
      });
      await using started = await serve(api);
      const answer = await get(started.port, { ...basic("acme"), accept: "*/*" });
      expect(answer.status).toBe(status);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(JSON.parse(answer.body.toString())).toEqual({
        error: code === "not_ready" ? "temporarily_unavailable" : code,
        error_description: "Ask the operator.",
      });
      // The operator's log has what the tenant must not see.
      expect(JSON.stringify(api.log)).toContain("canary_x");
      expect(answer.headers["retry-after"]).toBe(status === 503 ? "5" : undefined);
    }
  });

  test("while starting up", async () => {
    await using started = await serve(fakeApi({ isReady: () => false }));
    const answer = await get(started.port, basic("acme"));
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "5"]);
    expect((await get(started.port, {}, "/-/ready")).status).toBe(503);
    expect((await get(started.port, {}, "/-/healthy")).status).toBe(200);
  });

  test("early, where the scraper would not wait for the answer", async () => {
    const asked: AbortSignal[] = [];
    const snapshots = fakeSnapshots((_request: SnapshotRequest, signal) => {
      if (signal !== undefined) asked.push(signal);
      return new Promise(() => undefined);
    });
    await using started = await serve(fakeApi({ snapshots }));
    const answer = await get(started.port, {
      ...basic("acme"),
      "x-prometheus-scrape-timeout-seconds": "0.2",
    });
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain("180 ms");
    expect(asked[0]?.aborted).toBe(true);
  });
});

test("there is nothing else here", async () => {
  await using started = await serve(fakeApi());
  const paths = [
    "/metrics/v1/api/v1/query",
    "/metrics/v1/query",
    "/metrics/v1/federate",
    "/metrics",
    "/federate",
    "/metrics/v2",
    "/debug/pprof",
    "/-/reload",
    "/-/quit",
    "/status",
    "/targets",
    "/reload",
  ];
  for (const path of paths) {
    const answer = await get(started.port, basic("acme"), path);
    expect([path, answer.status]).toEqual([path, 404]);
  }
  for (const path of ["/api/v1/write", "/api/v1/admin/tsdb/delete_series"]) {
    const answer = await get(started.port, basic("acme"), path);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ status: "error" });
  }
});

test("counts scrapes by tenant, failures by reason, and never logs a secret", async () => {
  const api = fakeApi({
    snapshots: fakeSnapshots(async () => bodyOf("a 1\n", "b 2\n", "# EOF\n")),
  });
  await using started = await serve(api);
  await get(started.port, basic("acme"));
  await get(started.port, basic("acme", "wr0ng"));
  await get(started.port, {});
  const values = Object.fromEntries(
    api.registry
      .collect()
      .map(({ definition, labelValues, values: numbers }) => [
        definition.name,
        [labelValues.join(), ...numbers],
      ]),
  );
  expect(values["gaugeway_tenant_scrapes"]).toEqual(["acme,ok", 1]);
  expect(values["gaugeway_tenant_scrape_bytes"]).toEqual(["acme", 14]);
  expect(values["gaugeway_authentication_failures"]).toEqual([
    "scrape,invalid,scrape,missing",
    1,
    1,
  ]);
  expect(started.count("gaugeway_http_requests", "scrape", "GET", "2xx")).toBe(1);
  expect(started.count("gaugeway_http_requests", "scrape", "GET", "4xx")).toBe(2);
  expect(started.log[0]).toMatchObject({ tenant: "acme", client: "gwc_acme", series: 2 });
  const log = JSON.stringify(started.log);
  expect(log).not.toContain("secret");
  expect(log).not.toContain("wr0ng");
  expect(log).not.toContain(basic("acme")["authorization"]?.slice(6) ?? "none");
});
