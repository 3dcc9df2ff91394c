import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  freePort,
  peerOrSkip,
  queryVector,
  type RunningPeer,
  startPeer,
  startPrometheus,
} from "../peers/index.ts";
import { makeCertificate } from "./certificate.ts";
import { type ExpositionServer, startExpositionServer } from "./exposition-server.ts";
import { runCommand, startGaugeway, type TlsFiles } from "./gaugeway-server.ts";

/**
 * Document 000 with real clients: its configuration and its curl line, unchanged but for host,
 * port, credential and certificate, against our server process with TLS of its own.
 */
const CLIENT = "gwc_wgtwo";
const SECRET = "e2e-Secret-that-is-long-enough-0123456789";

const EXPOSITION = `# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{operator="acme",region="eu"} 41
calls_total{operator="acme",region="us"} 1
calls_total{operator="globex",region="eu"} 999
# TYPE load gauge
load{operator="acme"} 0.25
# TYPE wait_seconds histogram
wait_seconds_bucket{operator="acme",le="0.5"} 2
wait_seconds_bucket{operator="acme",le="+Inf"} 3
wait_seconds_sum{operator="acme"} 1.5
wait_seconds_count{operator="acme"} 3
`;

let folder = "";
let exporter: ExpositionServer;
let tls: TlsFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-e2e-"));
  exporter = await startExpositionServer(EXPOSITION);
  const made = await makeCertificate(folder);
  if (made === null) throw new Error("the openssl program is missing");
  tls = made;
});

afterAll(async () => {
  await exporter[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function gatewayConfig(): string {
  return `scrape_configs:
  - job_name: exporter
    scrape_interval: 1s
    scrape_timeout: 1s
    static_configs: [{targets: ["${exporter.target}"]}]
tenants:
  - name: acme
    entitlement: {selectors: ['{operator="acme"}'], drop_labels: [job, instance, operator]}
    clients:
      - {id: ${CLIENT}, name: e2e, secret: ${SECRET}, scopes: [metrics.prometheus.read]}
`;
}

function documentConfig(port: number): string {
  const job = (name: string, honorLabels: boolean) => `
- job_name: '${name}'

  honor_labels: ${honorLabels}
  metrics_path: '/metrics/v1'

  scheme: https
  tls_config: {ca_file: '${tls.certFile}', server_name: localhost}
  basic_auth:
    username: '${CLIENT}'
    password: '${SECRET}'

  static_configs:
    - targets:
      - '127.0.0.1:${port}'
`;
  return `global:
  scrape_interval:     1s
  evaluation_interval: 30s

scrape_configs:${job("wgtwo", true)}${job("plain", false)}`;
}

async function valueOf(prometheus: RunningPeer, query: string): Promise<string> {
  const [element] = await queryVector(prometheus.url, query).catch(() => []);
  return element?.value[1] ?? "none";
}

const suites = [
  ["Prometheus 2.42", "bookworm"],
  ["the newest Prometheus", "sid"],
] as const;

test.for(suites)(
  "%s scrapes as document 000 says, through TLS and a restart of ours",
  { timeout: 120_000 },
  async ([, suite], { skip }) => {
    const binary = await peerOrSkip("prometheus", suite, skip);
    const port = await freePort();
    const dataFolder = join(folder, `data-${suite}`);
    const options = { tls, port, dataFolder };
    let gateway = await startGaugeway(gatewayConfig(), options);
    try {
      await using prometheus = await startPrometheus(binary, documentConfig(port));
      const ours = `{job="wgtwo",__name__=~"calls_total|load|wait_seconds.*"}`;
      const poll = { timeout: 25_000, interval: 250 };
      await expect.poll(() => valueOf(prometheus, `count(${ours})`), poll).toBe("7");
      await expect
        .poll(() => valueOf(prometheus, `sum(count_over_time(up{job="wgtwo"}[5m]))`), poll)
        .toSatisfy((count: string) => Number(count) >= 10);
      for (const job of ["wgtwo", "plain"]) {
        expect(await valueOf(prometheus, `up{job="${job}"}`)).toBe("1");
        const scraped = await valueOf(prometheus, `scrape_samples_scraped{job="${job}"}`);
        const stored = `count({job="${job}",__name__!~"up|scrape_.*"})`;
        expect(await valueOf(prometheus, stored)).toBe(scraped);
        const values = `calls_total{job="${job}",region="eu",instance="127.0.0.1:${port}"}`;
        expect(await valueOf(prometheus, values)).toBe("41");
      }
      expect(
        await valueOf(prometheus, `count({exported_job!=""} or {exported_instance!=""})`),
      ).toBe("none");
      expect(await valueOf(prometheus, `count({__name__=~".+"} == 999)`)).toBe("none");
      expect(prometheus.log()).not.toMatch(/level=(warn|error)/i);

      // A restart of ours: the target is down for a moment and comes back with the same series.
      await gateway[Symbol.asyncDispose]();
      await expect.poll(() => valueOf(prometheus, `up{job="wgtwo"}`), poll).toBe("0");
      gateway = await startGaugeway(gatewayConfig(), options);
      await expect.poll(() => valueOf(prometheus, `up{job="wgtwo"}`), poll).toBe("1");
      await expect.poll(() => valueOf(prometheus, `count(${ours})`), poll).toBe("7");
    } finally {
      await gateway[Symbol.asyncDispose]();
    }
  },
);

test("vmagent scrapes it, too", { timeout: 90_000 }, async ({ skip }) => {
  const binary = await peerOrSkip("vmagent", "bookworm", skip);
  await using gateway = await startGaugeway(gatewayConfig(), { tls });
  const port = Number(new URL(gateway.url).port);
  await using agent = await startPeer({
    command: binary.path,
    readyPath: "/health",
    prepare: (place) => writeFile(join(place, "scrape.yml"), documentConfig(port)),
    args: (agentPort, place) => [
      `-httpListenAddr=127.0.0.1:${agentPort}`,
      `-promscrape.config=${join(place, "scrape.yml")}`,
      `-promscrape.config.strictParse=false`,
      `-remoteWrite.tmpDataPath=${place}`,
      // Nothing is sent anywhere: only the scrapes matter.
      "-remoteWrite.url=http://127.0.0.1:9/write",
    ],
  });
  const targets = async () => {
    const answer = await fetch(`${agent.url}/api/v1/targets`);
    const { data } = (await answer.json()) as {
      data: { activeTargets: { health: string; lastError: string; lastSamplesScraped: number }[] };
    };
    return data.activeTargets.map(({ health, lastError, lastSamplesScraped }) => ({
      health,
      lastError,
      hasAll: lastSamplesScraped >= 7,
    }));
  };
  const up = { health: "up", lastError: "", hasAll: true };
  await expect.poll(targets, { timeout: 30_000, interval: 250 }).toEqual([up, up]);
});

test(
  "the document's curl line works over both protocols",
  { timeout: 60_000 },
  async ({ skip }) => {
    const found = await runCommand("curl", ["--version"]).catch(() => null);
    if (found === null) skip("curl is not installed");
    await using gateway = await startGaugeway(gatewayConfig(), { tls });
    const curl = async (...args: readonly string[]) =>
      runCommand("curl", ["-sS", "--cacert", tls.certFile, ...args, `${gateway.url}/metrics/v1`]);
    const user = ["-u", `${CLIENT}:${SECRET}`];
    await expect
      .poll(async () => (await curl(...user)).stdout, { timeout: 15_000 })
      .toContain('calls_total{region="eu"} 41');
    const protocols = [
      "--http1.1",
      ...(found?.stdout.includes("HTTP2") === true ? ["--http2"] : []),
    ];
    for (const protocol of protocols) {
      const answer = await curl(protocol, ...user, "-f", "-w", "%{http_version}");
      expect(answer.exitCode).toBe(0);
      expect(answer.stdout).toMatch(/# EOF\n[12](\.1)?$/);
      expect(answer.stdout).not.toContain("globex");
      const compressed = await curl(protocol, ...user, "--compressed", "-f");
      expect(compressed.stdout).toMatch(/# EOF\n$/);
    }
    const wrong = await curl("-u", `${CLIENT}:wrong-s3cret`, "-w", "%{http_code}");
    expect(wrong.stdout).toMatch(/401$/);
    // Neither secret is in what the server printed.
    expect(gateway.log()).not.toContain(SECRET);
    expect(gateway.log()).not.toContain("wrong-s3cret");
  },
);

test("a new certificate is taken without a restart", { timeout: 60_000 }, async () => {
  const place = await mkdtemp(join(folder, "tls-"));
  const files = { certFile: join(place, "tls.crt"), keyFile: join(place, "tls.key") };
  await copyFile(tls.certFile, files.certFile);
  await copyFile(tls.keyFile, files.keyFile);
  const other = await makeCertificate(await mkdtemp(join(folder, "other-")));
  if (other === null) throw new Error("the openssl program is missing");
  await using gateway = await startGaugeway(gatewayConfig(), { tls: files });
  const before = await serialOf(gateway.url);
  await copyFile(other.certFile, files.certFile);
  await copyFile(other.keyFile, files.keyFile);
  gateway.signal("SIGHUP");
  await expect.poll(() => serialOf(gateway.url), { timeout: 20_000 }).not.toBe(before);
});

/** The serial number of the certificate that a new connection is shown. */
async function serialOf(url: string): Promise<string> {
  const port = Number(new URL(url).port);
  const socket: TLSSocket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  await sleep(0);
  return serialNumber;
}
