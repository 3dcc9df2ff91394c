/**
 * What tenant acme gets over the wire is the same, byte for byte, whether or not tenant bravo exists:
 * its series, its clients, its own requests. The strongest oracle there is (isolation checklist,
 * C28, C31, C34, D36–D38, D41, E45, E48, E49, F56, B22–B24, G65); two servers, one question each.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { splitAnswers, sendRaw } from "../fakes/raw-client.ts";
import { type ExpositionServer, startExpositionServer } from "../e2e/exposition-server.ts";
import { type GaugewayServer, startGaugeway } from "../e2e/gaugeway-server.ts";
import { basic, rawAnswer, statusOf, untilRead, type WireRequest } from "./raw-answer.ts";

const SECRET = "isolation-Secret-that-is-long-enough-0123456789";
const BRAVO_SECRET = "isolation-Bravo-that-is-long-enough-0123456789";
const CANARIES = ["kanarie_label", "kanarieValue", "kanarie_metric", "kanarieHelp", "424242.125"];
/** Acme has four series, and two more that only its wide tenant sees. */
const SERIES_MAX = 5;
const BRAVO_SERIES = 400;

let alone: GaugewayServer;
let shared: GaugewayServer;
const targets: ExpositionServer[] = [];

/** Timestamps of their own make the two servers' snapshots equal in every byte. */
function acmeText(nowMs: number): string {
  return `# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{operator="acme",region="eu"} 41 ${nowMs}
calls_total{operator="acme",region="us"} 1 ${nowMs}
# HELP load Load.
# TYPE load gauge
load{operator="acme",region="eu"} 0.25 ${nowMs}
load{operator="acme",region="us"} 0.5 ${nowMs}
# TYPE wide gauge
wide{operator="acme",region="eu"} 1 ${nowMs}
wide{operator="acme",region="us"} 2 ${nowMs}
`;
}

/** The same names, other types and help, labels that acme never has, and far more of everything. */
function bravoText(nowMs: number): string {
  const many = Array.from(
    { length: BRAVO_SERIES },
    (_, at) =>
      `calls_total{operator="bravo",region="eu",kanarie_label="kanarieValue${at}"} 424242.125`,
  );
  return `# HELP calls_total kanarieHelp
# TYPE calls_total gauge
${many.map((line) => `${line} ${nowMs}`).join("\n")}
# HELP load kanarieHelp
# TYPE load counter
load{operator="bravo",region="eu"} 424242.125 ${nowMs}
# HELP wide kanarieHelp
# TYPE wide counter
wide{operator="bravo",region="eu"} 424242.125 ${nowMs}
# HELP kanarie_metric kanarieHelp
# TYPE kanarie_metric gauge
kanarie_metric{operator="bravo"} 424242.125 ${nowMs}
`;
}

const ACME_TENANTS = `
  - name: acme
    entitlement: {selectors: ['{operator="acme",__name__!="wide"}'], drop_labels: [job, instance, operator]}
    clients:
      - {id: gwc_acme, name: acme, secret: ${SECRET}, scopes: [metrics.read]}
      - {id: gwc_acme_query, name: query, secret: ${SECRET}, scopes: [metrics.query]}
  - name: acme-wide
    entitlement: {selectors: ['{operator="acme"}']}
    clients: [{id: gwc_wide, name: wide, secret: ${SECRET}, scopes: [metrics.read]}]
  - name: acme-collision
    entitlement: {selectors: ['calls_total{operator="acme"}'], drop_labels: [region]}
    clients: [{id: gwc_collision, name: collision, secret: ${SECRET}, scopes: [metrics.read]}]
  - name: acme-sum
    entitlement: {selectors: ['calls_total{operator="acme"}'], drop_labels: [region], on_collision: sum}
    clients: [{id: gwc_sum, name: sum, secret: ${SECRET}, scopes: [metrics.read]}]
  - name: acme-empty
    clients: [{id: gwc_empty, name: empty, secret: ${SECRET}, scopes: [metrics.read]}]`;

const BRAVO_TENANT = `
  - name: bravo
    entitlement: {selectors: ['load{operator="bravo"}']}
    clients: [{id: gwc_bravo, name: bravo, secret: ${BRAVO_SECRET}, scopes: [metrics.read]}]`;

function config(scraped: readonly ExpositionServer[], tenants: string): string {
  const addresses = scraped.map(({ target }) => `"${target}"`).join(", ");
  return `metrics_endpoint: {series_per_scrape_max: ${SERIES_MAX}}
scrape_configs:
  - job_name: exporter
    scrape_interval: 1s
    scrape_timeout: 1s
    static_configs: [{targets: [${addresses}]}]
tenants:${tenants}
`;
}

const asBravo = { headers: [basic("gwc_bravo", BRAVO_SECRET)] };

beforeAll(async () => {
  const nowMs = Date.now();
  const acme = await startExpositionServer(acmeText(nowMs));
  const bravo = await startExpositionServer(bravoText(nowMs));
  targets.push(acme, bravo);
  [alone, shared] = await Promise.all([
    startGaugeway(config([acme], ACME_TENANTS)),
    startGaugeway(config([acme, bravo], `${ACME_TENANTS}${BRAVO_TENANT}`)),
  ]);
  const ofAcme = { headers: [basic("gwc_acme", SECRET)] };
  await untilRead(alone.url, ofAcme, "load{");
  await untilRead(shared.url, ofAcme, "load{");
  await untilRead(shared.url, asBravo, "424242.125");
});

afterAll(async () => {
  await Promise.all([alone, shared].map((server) => server[Symbol.asyncDispose]()));
  await Promise.all(targets.map((target) => target[Symbol.asyncDispose]()));
});

const as = (id: string, more: readonly string[] = []): readonly string[] => [
  basic(id, SECRET),
  ...more,
];

const OPENMETRICS = "Accept: application/openmetrics-text;version=1.0.0";

const cases: readonly (readonly [string, number, WireRequest])[] = [
  ["OpenMetrics", 200, { headers: as("gwc_acme", [OPENMETRICS]) }],
  ["text", 200, { headers: as("gwc_acme", ["Accept: text/plain;version=0.0.4"]) }],
  ["gzip", 200, { headers: as("gwc_acme", [OPENMETRICS, "Accept-Encoding: gzip"]) }],
  ["HEAD", 200, { method: "HEAD", headers: as("gwc_acme") }],
  ["a sum of two series", 200, { headers: as("gwc_sum") }],
  ["no entitlement", 200, { headers: as("gwc_empty") }],
  ["a collision", 409, { headers: as("gwc_collision") }],
  ["over the limit", 422, { headers: as("gwc_wide") }],
  ["no credential", 401, {}],
  ["a wrong secret", 401, { headers: [basic("gwc_acme", "wrong")] }],
  ["an id that only the other server knows", 401, { headers: as("gwc_bravo") }],
  ["an id that nobody knows", 401, { headers: as("gwc_nobody") }],
  ["no secret", 401, { headers: [basic("gwc_acme", "")] }],
  ["two credentials", 400, { headers: [basic("gwc_acme", SECRET), basic("gwc_bravo", SECRET)] }],
  ["a bearer token", 401, { headers: ["Authorization: Bearer gwc_bravo"] }],
  ["a credential in the query", 401, { path: `/metrics/v1?client_id=gwc_acme&secret=${SECRET}` }],
  ["the wrong scope", 403, { headers: as("gwc_acme_query") }],
  ["targets, which are the operator's", 403, { path: "/api/v1/targets", headers: as("gwc_acme") }],
  ["POST", 405, { method: "POST", headers: as("gwc_acme", ["Content-Length: 0"]) }],
  ["DELETE by override", 200, { headers: as("gwc_acme", ["X-HTTP-Method-Override: DELETE"]) }],
  ["a parameter", 200, { path: "/metrics/v1?tenant=bravo", headers: as("gwc_acme") }],
  [
    "headers that name another tenant",
    200,
    {
      headers: as("gwc_acme", [
        "X-Scope-OrgID: bravo",
        "X_Scope_OrgID: bravo",
        "THANOS-TENANT: bravo",
        "X-Gaugeway-Tenant: bravo",
        "X-WEBAUTH-USER: gwc_bravo",
        "X-Forwarded-For: 127.0.0.2",
        "Cookie: tenant=bravo",
      ]),
    },
  ],
  ["the other's name as a path", 404, { path: "/metrics/v1/bravo", headers: as("gwc_acme") }],
  ["the process' own metrics", 404, { path: "/metrics", headers: as("gwc_acme") }],
  ["the control routes", 404, { path: "/status", headers: as("gwc_acme") }],
  ["upper case", 404, { path: "/METRICS/V1", headers: as("gwc_acme") }],
];

test.for(cases)("%s: the same with and without a neighbour", async ([, status, request]) => {
  const [without, beside] = await Promise.all([
    rawAnswer(alone.url, request),
    rawAnswer(shared.url, request),
  ]);
  expect(beside).toBe(without);
  expect(statusOf(without)).toBe(status);
  for (const canary of CANARIES) expect(beside).not.toContain(canary);
});

const ODD_PATHS = [
  "//metrics/v1",
  "/metrics//v1",
  "/./metrics/v1",
  "/x/../metrics/v1",
  "/x/%2e%2e/metrics/v1",
  "/metrics%2fv1",
  "/metrics/v1;tenant=bravo",
  "/metrics/v1%00",
  "\\metrics\\v1",
  "/metrics/v1#bravo",
  "http://bravo/metrics/v1",
];

test("no spelling of the path gives more, or anything else, beside a neighbour", async () => {
  for (const path of ODD_PATHS) {
    for (const headers of [[], as("gwc_acme")]) {
      const without = await rawAnswer(alone.url, { path, headers });
      const beside = await rawAnswer(shared.url, { path, headers });
      expect([path, beside]).toEqual([path, without]);
    }
    expect([path, statusOf(await rawAnswer(shared.url, { path }))]).not.toEqual([path, 200]);
  }
});

test("answers stay equal while the neighbour scrapes and fails", async () => {
  const request: WireRequest = { headers: as("gwc_acme", [OPENMETRICS]) };
  const without = await rawAnswer(alone.url, request);
  const noise = Array.from({ length: 40 }, (_, at) =>
    rawAnswer(shared.url, at % 2 === 0 ? asBravo : { headers: [basic("gwc_bravo", "wrong")] }),
  );
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => rawAnswer(shared.url, request)),
  );
  await Promise.all(noise);
  for (const answer of answers) expect(answer).toBe(without);
});

function pipelined(credential: string): string {
  return `GET /metrics/v1 HTTP/1.1\r\nHost: x\r\n${credential}\r\n`;
}

test("who it was in one request says nothing about the next on the same connection", async () => {
  const acme = `${basic("gwc_acme", SECRET)}\r\n`;
  const bravo = `${basic("gwc_bravo", BRAVO_SECRET)}\r\n`;
  const text = await sendRaw(
    Number(new URL(shared.url).port),
    [acme, bravo, "", acme, "Connection: close\r\n"].map(pipelined).join(""),
  );
  const answers = splitAnswers(text);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 200, 401]);
  const [first, second, third, fourth] = answers.map(({ body }) => body);
  expect(second).toContain("424242.125");
  expect(second).not.toContain("calls");
  expect(fourth).toBe(first);
  for (const canary of CANARIES) expect(first).not.toContain(canary);
  expect(third).not.toContain("calls");
});

test("the log names no series, no label and no secret of anybody", () => {
  const log = shared.log();
  expect(log).toContain('"tenant":"acme"');
  for (const canary of CANARIES) expect(log).not.toContain(canary);
  for (const secret of [SECRET, BRAVO_SECRET]) expect(log).not.toContain(secret);
});
