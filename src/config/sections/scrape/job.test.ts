import { expect, test } from "vitest";
import type { ScrapeJobConfig } from "#sources";
import { readYaml } from "../../read-yaml.ts";
import { INVALID, type Reader } from "../../schema/schema.ts";
import { globalSchema } from "./global.ts";
import { scrapeConfigsSchema, toJob } from "./job.ts";

/** The jobs of a `prometheus.yml`; findings fail the test. */
function jobsOf(yaml: string): ScrapeJobConfig[] {
  const findings: string[] = [];
  const reader: Reader = {
    checks: {
      selector: () => null,
      regex: () => null,
      scope: () => null,
      clientId: () => null,
      clientSecret: () => null,
    },
    report: (_at, path, message) => findings.push(`${path}: ${message}`),
    resolvePath: (_at, path) => `/etc/prometheus/${path}`,
    readSecretFile: () => null,
  };
  const { root, findings: syntax } = readYaml(new TextEncoder().encode(yaml), "f", {});
  const at = { kind: "default", name: "" } as const;
  const valueOf = (key: string) =>
    root?.entries.find((entry) => entry.key === key)?.value ??
    ({ kind: "map", at, entries: [] } as const);
  const global = globalSchema.read(valueOf("global"), "global", reader);
  const jobs = scrapeConfigsSchema.read(valueOf("scrape_configs"), "scrape_configs", reader);
  expect([...syntax, ...findings]).toEqual([]);
  if (global === INVALID || jobs === INVALID) throw new Error("invalid");
  return jobs.map((job) => toJob(job, global));
}

test("the configuration that Prometheus comes with", () => {
  const [job, ...others] = jobsOf(`
# my global config
global:
  scrape_interval: 15s # Set the scrape interval to every 15 seconds. Default is every 1 minute.
  evaluation_interval: 15s # Evaluate rules every 15 seconds. The default is every 1 minute.
  # scrape_timeout is set to the global default (10s).

scrape_configs:
  # The job name is added as a label to any timeseries scraped from this config.
  - job_name: "prometheus"

    # metrics_path defaults to '/metrics'
    # scheme defaults to 'http'.

    static_configs:
      - targets: ["localhost:9090"]
        # The label name is added as a label to any timeseries scraped from this config.
        labels:
          app: "prometheus"
`);
  expect(others).toEqual([]);
  expect(job).toMatchObject({
    jobName: "prometheus",
    scrapeIntervalMs: 15_000,
    scrapeTimeoutMs: 10_000,
    metricsPath: "/metrics",
    scheme: "http",
    staticConfigs: [{ targets: ["localhost:9090"], labels: { app: "prometheus" } }],
  });
});

test("defaults are those of Prometheus", () => {
  const [job] = jobsOf("scrape_configs: [{job_name: a}]");
  expect(job).toMatchObject({
    scrapeIntervalMs: 60_000,
    scrapeTimeoutMs: 10_000,
    scrapeProtocols: [
      "OpenMetricsText1.0.0",
      "OpenMetricsText0.0.1",
      "PrometheusText1.0.0",
      "PrometheusText0.0.4",
    ],
    metricNameValidation: "utf8",
    metricNameEscaping: "allow-utf-8",
    metricsPath: "/metrics",
    scheme: "http",
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    enableCompression: true,
    extraScrapeMetrics: false,
    fallbackScrapeProtocol: null,
    limits: { bodyBytesMax: 0, samplesMax: 0, targetsMax: 0 },
    http: { authentication: null, followRedirects: true, enableHttp2: true },
  });
});

test("the job's own values win over those of global; a timeout never outlasts its interval", () => {
  const [own, inherited, fast] = jobsOf(`
global: {scrape_interval: 30s, scrape_timeout: 20s, sample_limit: 5, body_size_limit: 1MB}
scrape_configs:
  - {job_name: own, scrape_interval: 10s, scrape_timeout: 9s, sample_limit: 0}
  - {job_name: inherited}
  - {job_name: fast, scrape_interval: 5s}
`);
  expect([own?.scrapeIntervalMs, own?.scrapeTimeoutMs]).toEqual([10_000, 9000]);
  expect(own?.limits).toMatchObject({ samplesMax: 0, bodyBytesMax: 1024 ** 2 });
  expect([inherited?.scrapeIntervalMs, inherited?.scrapeTimeoutMs]).toEqual([30_000, 20_000]);
  expect(inherited?.limits.samplesMax).toBe(5);
  expect([fast?.scrapeIntervalMs, fast?.scrapeTimeoutMs]).toEqual([5000, 5000]);
});

test("everything at once", () => {
  const [job] = jobsOf(`
scrape_configs:
  - job_name: all
    scheme: https
    params: {module: [http_2xx, b], 'match[]': ['{a="b"}']}
    honor_labels: yes
    authorization: {type: ' Token ', credentials_file: token}
    tls_config: {ca_file: ca.pem, cert_file: c.pem, key_file: k.pem, server_name: x, min_version: TLS13}
    proxy_url: http://proxy:3128
    no_proxy: localhost
    proxy_connect_header: {X-A: [b]}
    http_headers: {X-T: {values: [v], secrets: [s], files: [f]}}
    file_sd_configs: [{files: ['targets/*.json'], refresh_interval: 30s}]
    http_sd_configs: [{url: 'http://sd/', basic_auth: {username: u, password: p}}]
    relabel_configs:
      - source_labels: [__address__, "utf8.name"]
        separator: ''
        regex: (.*):\\d+
        target_label: host
        replacement: \${1}
      - {regex: tmp_.*, action: labeldrop}
      - {source_labels: [a], modulus: 8, target_label: m, action: hashmod}
    metric_relabel_configs: [{source_labels: [__name__], regex: go_.*, action: drop}]
`);
  expect(job).toMatchObject({
    params: { module: ["http_2xx", "b"], "match[]": ['{a="b"}'] },
    honorLabels: true,
    http: {
      authentication: {
        kind: "authorization",
        type: "Token",
        credentials: { kind: "file", path: "/etc/prometheus/token" },
      },
      tls: {
        ca: { kind: "file", path: "/etc/prometheus/ca.pem" },
        cert: { kind: "file", path: "/etc/prometheus/c.pem" },
        key: { kind: "file", path: "/etc/prometheus/k.pem" },
        serverName: "x",
        insecureSkipVerify: false,
        minVersion: "TLSv1.3",
        maxVersion: null,
      },
      proxy: {
        kind: "url",
        url: "http://proxy:3128",
        noProxy: "localhost",
        connectHeaders: { "X-A": ["b"] },
      },
      headers: [
        {
          name: "X-T",
          values: [
            { kind: "inline", value: "v" },
            { kind: "inline", value: "s" },
            { kind: "file", path: "/etc/prometheus/f" },
          ],
        },
      ],
    },
    fileSdConfigs: [{ files: ["/etc/prometheus/targets/*.json"], refreshIntervalMs: 30_000 }],
    httpSdConfigs: [
      {
        url: "http://sd/",
        refreshIntervalMs: 60_000,
        http: {
          authentication: {
            kind: "basic",
            username: { kind: "inline", value: "u" },
            password: { kind: "inline", value: "p" },
          },
        },
      },
    ],
    relabelRules: [
      {
        action: "replace",
        sourceLabels: ["__address__", "utf8.name"],
        separator: "",
        regex: "(.*):\\d+",
        targetLabel: "host",
        replacement: "${1}",
      },
      { action: "labeldrop", regex: "tmp_.*", separator: ";", replacement: "$1", targetLabel: "" },
      { action: "hashmod", modulus: 8, targetLabel: "m", regex: "(.*)" },
    ],
    metricRelabelRules: [{ action: "drop", sourceLabels: ["__name__"], regex: "go_.*" }],
  });
});
