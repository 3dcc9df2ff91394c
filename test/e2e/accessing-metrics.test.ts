/** What the document «Accessing Metrics» says of the endpoint, by the real curl over TLS. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCertificate } from "./certificate.ts";
import { curl, type CurlAnswer, curlOrSkip } from "./curl.ts";
import { type ExpositionServer, startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { cliFor, type GaugewayCli } from "./gaugeway-cli.ts";
import { type GaugewayServer, runCommand, startGaugeway } from "./gaugeway-server.ts";
import { seriesOfText } from "./series-of-text.ts";

const secretOf = (id: string): string => `${id.length}kq7fz2mw9xd4tb6nh3vc8rj5pl`;
const client = (id: string, scope: string): string =>
  `  - {name: ${id}, id: ${id}-id, secret: ${secretOf(`${id}-id`)}, scopes: ["${scope}"]}`;

const SERIES_PER_SCRAPE_MAX = 22;

function configFor(target: string): string {
  return `
metrics_endpoint: {series_per_scrape_max: ${SERIES_PER_SCRAPE_MAX}}
scrape_configs:
- {job_name: frozen, scrape_interval: 1s, static_configs: [{targets: ["${target}"]}]}
operator:
  clients:
${client("operator", "targets.read")}
tenants:
- name: acme
  entitlement: {selectors: ['{customer="acme"}']}
  clients:
${client("alias", "metrics.prometheus.read")}
${client("plain", "metrics.read")}
${client("wildcard", "metrics.*")}
${client("queries", "metrics.query")}
${client("hasty", "metrics.read")}
- name: globex
  entitlement: {selectors: ['{customer="globex"}']}
  clients:
${client("globex", "metrics.read")}
- name: newcomer
  clients:
${client("newcomer", "metrics.read")}
- name: everything
  entitlement: {selectors: ['{job="frozen"}']}
  clients:
${client("everything", "metrics.read")}
`;
}

/** Above the snapshot's two gauges about itself. */
const ABOUT_ITSELF = 2;

let stack: AsyncDisposableStack;
let source: ExpositionServer;
let server: GaugewayServer;
let cli: GaugewayCli;
let authority: string;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-accessing-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const tls = await makeCertificate(folder);
  if (tls === null) throw new Error("the openssl program is needed to make a certificate");
  authority = tls.certFile;
  server = stack.use(await startGaugeway(configFor(source.target), { tls }));
  cli = cliFor(server.configFile);
});
afterAll(async () => await stack.disposeAsync());

beforeEach(async ({ skip }) => {
  await curlOrSkip(skip);
  await vi.waitUntil(async () => (await seriesSeenBy("plain")).size > 0, { timeout: 30_000 });
});

/** `curl --cacert … https://HOST/path`. */
async function ask(path: string, ...args: readonly string[]): Promise<CurlAnswer> {
  return await curl("--cacert", authority, ...args, server.url + path);
}

/** The document's line: `curl -u ID:SECRET https://HOST/metrics/v1`. */
async function scrape(name: string, ...args: readonly string[]): Promise<CurlAnswer> {
  const id = `${name}-id`;
  return await ask("/metrics/v1", "-u", `${id}:${secretOf(id)}`, ...args);
}

async function seriesSeenBy(name: string): Promise<ReadonlyMap<string, string>> {
  const answer = await scrape(name);
  expect(answer).toMatchObject({ status: 200 });
  return seriesOfText(answer.body);
}

function errorOf(answer: CurlAnswer): string {
  const body = JSON.parse(answer.body) as Record<string, unknown>;
  expect(body).toEqual({ error: expect.any(String), error_description: expect.any(String) });
  return `${answer.status} ${String(body["error"])}`;
}

const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT = "text/plain; version=0.0.4; charset=utf-8";

describe("the documented curl line", () => {
  test("gives OpenMetrics with all of one's series, and nothing else", async () => {
    const answer = await scrape("alias");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(OPEN_METRICS);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.body).toMatch(/\n# EOF\n$/);
    expect(seriesOfText(answer.body).size).toBe(FROZEN_SERIES.acme + ABOUT_ITSELF);
    expect(answer.body).not.toMatch(/globex|[{,](?:job|instance)=/);
    expect(answer.body).toContain("# TYPE latency_seconds histogram\n");
    expect(answer.body).toContain('# HELP http_requests Requests by \\"customer\\".\n');
  });

  test("works over HTTP/1.1 and HTTP/2, compressed or not, with the same body", async () => {
    const bodies = await Promise.all(
      [["--http1.1"], ["--http2"], ["--compressed"]].map(
        async (args) => await scrape("plain", ...args),
      ),
    );
    expect(bodies[2]?.headers.get("content-encoding")).toBe("gzip");
    for (const { body } of bodies) {
      expect(withoutFreshness(body)).toEqual(withoutFreshness(bodies[0]?.body ?? ""));
    }
  });

  test("without Accept it is the text format, as with Accept: text/plain", async () => {
    for (const accept of ["Accept:", "Accept: text/plain"]) {
      const answer = await scrape("plain", "-H", accept);
      expect(answer.headers.get("content-type")).toBe(TEXT);
      expect(answer.body).not.toContain("# EOF");
      expect(answer.body).toContain("# TYPE http_requests_total counter\n");
      expect(seriesOfText(answer.body).size).toBe(FROZEN_SERIES.acme + ABOUT_ITSELF);
    }
  });

  test("HEAD gives the headers alone", async () => {
    const answer = await scrape("plain", "-I");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(OPEN_METRICS);
    expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(500);
    expect(answer.body).toBe("");
  });

  test("refuses a server whose authority is not known", async () => {
    const args = ["-sS", "-u", "a:b", `${server.url}/metrics/v1`];
    expect((await runCommand("curl", args)).exitCode).toBe(60);
  });
});

function withoutFreshness(body: string): string {
  return body.replaceAll(/^(gaugeway_snapshot_\S+) .*$/gm, "$1");
}

async function guess(): Promise<CurlAnswer> {
  return await ask("/metrics/v1", "-u", "wildcard-id:a-guess-that-is-not-right");
}

async function askTargets(id: string): Promise<CurlAnswer> {
  return await ask("/api/v1/targets", "-u", `${id}:${secretOf(id)}`);
}

describe("rights and refusals", () => {
  test.each([
    ["alias", "200"],
    ["plain", "200"],
    ["wildcard", "200"],
    ["queries", "403 insufficient_scope"],
    ["operator", "403 insufficient_scope"],
  ])("the client «%s» gets %s", async (name, expected) => {
    const answer = await scrape(name);
    expect(answer.status === 200 ? "200" : errorOf(answer)).toBe(expected);
  });

  test("no credential, a wrong id and a wrong secret are 401 with both challenges", async () => {
    const none = await ask("/metrics/v1");
    expect(errorOf(none)).toBe("401 unauthorized");
    expect(none.headers.get("www-authenticate")).toMatch(/Basic realm=.*Bearer/);
    const wrongId = await ask("/metrics/v1", "-u", `nobody:${secretOf("plain-id")}`);
    const wrongSecret = await ask("/metrics/v1", "-u", "plain-id:kq7fz2mw9xd4tb6nh3vc8rj5pl");
    expect(errorOf(wrongId)).toBe("401 unauthorized");
    expect(wrongSecret.body).toBe(wrongId.body);
  });

  test("other methods are 405, other paths 404, parameters change nothing", async () => {
    const posted = await scrape("plain", "-X", "POST");
    expect(errorOf(posted)).toBe("405 method_not_allowed");
    expect(posted.headers.get("allow")).toBe("GET, HEAD");
    for (const path of ["/metrics/v1/api/v1/query", "/metrics/v1/query", "/federate"]) {
      expect(errorOf(await ask(path))).toBe("404 not_found");
    }
    const credential = `plain-id:${secretOf("plain-id")}`;
    const asked = await ask("/metrics/v1?query=up&match[]=up&time=0", "-g", "-u", credential);
    expect(withoutFreshness(asked.body)).toBe(withoutFreshness((await scrape("plain")).body));
  });

  test("guessing is slowed down, the rightful owner is not", async () => {
    let answer = await guess();
    for (let tries = 1; tries < 40 && answer.status === 401; tries++) answer = await guess();
    expect(errorOf(answer)).toBe("429 too_many_requests");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await scrape("wildcard")).status).toBe(200);
  });

  test("a client that scrapes without pause is told to wait, others are not", async () => {
    const credential = `hasty-id:${secretOf("hasty-id")}`;
    const quietly = ["-sS", "-Z", "-o", "/dev/null", "-w", "%{http_code} "];
    const all = [...quietly, "--cacert", authority, "-u", credential];
    const statuses = await runCommand("curl", [...all, `${server.url}/metrics/v1?[1-300]`]);
    expect(new Set(statuses.stdout.trim().split(" "))).toEqual(new Set(["200", "429"]));
    expect((await scrape("plain")).status).toBe(200);
  });

  test("too many series are refused whole, never cut", async () => {
    const answer = await scrape("everything");
    expect(errorOf(answer)).toBe("422 series_per_scrape_limit");
    expect(answer.body).toContain(String(SERIES_PER_SCRAPE_MAX));
  });

  test("the operator's client sees targets, a tenant's does not", async () => {
    const answer = await askTargets("operator-id");
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      status: "success",
      data: { activeTargets: [{ scrapePool: "frozen", health: "up" }] },
    });
    expect((await askTargets("plain-id")).status).toBe(403);
  });
});

describe("what is there to see", () => {
  test("a tenant without entitlement gets an empty, valid document", async () => {
    const answer = await scrape("newcomer");
    expect([answer.status, answer.body]).toEqual([200, "# EOF\n"]);
    expect((await scrape("newcomer", "-H", "Accept:")).body).toBe("");
  });

  test("two tenants see nothing of each other, not even the names of metrics", async () => {
    const { body } = await scrape("globex");
    expect(seriesOfText(body).size).toBe(FROZEN_SERIES.globex + ABOUT_ITSELF);
    expect(body).not.toMatch(/acme|latency|size_bytes|odd|no_type_told/);
    expect((await scrape("plain")).body).not.toContain("globex");
  });

  test("a changed value shows; a series that stops is gone with the next scrape", async () => {
    const requests = async (): Promise<string | undefined> => {
      const series = [...(await seriesSeenBy("globex"))];
      return series.find(([key]) => key.startsWith("http_requests_total{"))?.[1];
    };
    const { size } = await seriesSeenBy("globex");
    source.body = FROZEN_EXPOSITION.replace('code="200"} 99', 'code="200"} 100');
    await expect.poll(requests).toMatch(/^100(\.0)?$/);
    source.body = FROZEN_EXPOSITION.replace(/^.*queue="ü".*\n/m, "");
    await expect.poll(async () => (await seriesSeenBy("globex")).size).toBe(size - 1);
    source.body = FROZEN_EXPOSITION;
    await expect.poll(async () => (await seriesSeenBy("globex")).size).toBe(size);
  });
});

interface Issued {
  readonly id: string;
  readonly secret: string;
}

/** The status that a credential made by command gets now. */
async function statusOf({ id, secret }: Issued): Promise<number> {
  return (await ask("/metrics/v1", "-u", `${id}:${secret}`)).status;
}

test("credentials made by command while the server runs", { timeout: 180_000 }, async () => {
  await cli.ok("tenant", "create", "initech");
  const first = await cli.json<Issued>(
    "client",
    "create",
    "c",
    "-t",
    "initech",
    "-s",
    "metrics.read",
  );
  expect(await statusOf(first)).toBe(200);
  await cli.ok("tenant", "entitle", "initech", "-s", '{customer="acme"}');
  const { body } = await ask("/metrics/v1", "-u", `${first.id}:${first.secret}`);
  expect(seriesOfText(body).size).toBe(FROZEN_SERIES.acme + ABOUT_ITSELF);

  const second = await cli.json<Issued>("client", "rotate", first.id, "--overlap", "1h");
  expect(second.id).toBe(first.id);
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
  const third = await cli.json<Issued>("client", "rotate", first.id, "--overlap", "0s");
  expect(await Promise.all([first, second, third].map(statusOf))).toEqual([401, 401, 200]);

  await cli.ok("client", "revoke", first.id);
  expect(await statusOf(third)).toBe(401);

  const brief = ["client", "create", "brief", "-t", "initech", "-s", "metrics.*"];
  const shortLived = await cli.json<Issued>(...brief, "--expires", "8s");
  await expect.poll(async () => await statusOf(shortLived)).toBe(401);
  const lasting = await cli.json<Issued>(...brief, "--expires", "1d");
  expect(await statusOf(lasting)).toBe(200);
  await cli.ok("tenant", "delete", "initech");
  expect(await statusOf(lasting)).toBe(401);
  for (const { secret } of [first, second, third, shortLived, lasting]) {
    expect(server.log()).not.toContain(secret);
    expect(secret).toMatch(/^gw_[a-z2-7]{47}$/);
  }
});

test("no secret is in the server's log", () => {
  expect(server.log()).toContain('"client":"plain-id"');
  expect(server.log()).not.toContain("kq7fz2mw9xd4tb6nh3vc8rj5pl");
});
