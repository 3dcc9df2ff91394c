import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "./load-config.ts";
import type { ConfigChecks } from "./schema/schema.ts";

const checks: ConfigChecks = {
  selector: (text) => (text.endsWith("}") ? null : "not a selector"),
  regex: (text) => (text.includes("(?!") ? "RE2 has no look-ahead" : null),
  scope: (_owner, text) => (text.startsWith("metrics.") ? null : `unknown scope ${text}`),
  clientId: () => null,
  clientSecret: (text) => (text.length < 8 ? "shorter than 8 characters" : null),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaugeway-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function load(text: string | Uint8Array, options: Partial<LoadOptions> = {}) {
  const file = join(folder, "gaugeway.yaml");
  writeFileSync(file, text);
  return loadConfig({ file, env: {}, checks, ...options });
}

function refusals(text: string | Uint8Array, options: Partial<LoadOptions> = {}): string[] {
  const result = load(text, options);
  if (result.kind === "loaded") return [];
  return result.findings.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, ""));
}

function told(file: string): string[] {
  const result = loadConfig({ file, env: {}, checks });
  return result.kind === "refused" ? result.findings.map(formatFinding) : [];
}

function loaded(text: string, options: Partial<LoadOptions> = {}): LoadedConfig {
  const result = load(text, options);
  if (result.kind === "refused") throw new Error(result.findings.map(formatFinding).join("\n"));
  return result;
}

describe("what is valid", () => {
  test("no file gives the defaults", () => {
    const result = loadConfig({ file: null, env: {}, checks });
    if (result.kind === "refused") throw new Error("refused");
    expect(result.config.server.listen).toEqual({ kind: "tcp", host: "", port: 7070 });
    expect(result.config.ownMetrics).toEqual({
      listen: { kind: "tcp", host: "127.0.0.1", port: 7071 },
    });
    expect(result.config.storage.blocks.retentionMs).toBe(15 * 24 * 3_600_000);
    expect(result.config.control?.listen.path).toBe(join(process.cwd(), "data", "control.sock"));
    expect(result.config.scrape).toEqual({ jobs: [] });
    expect(result.sources).toEqual([]);
  });

  test.each(["{}\n", "# only a comment\n", "server:\nstorage:\ntenants:\n"])(
    "%j is a configuration of defaults",
    (text) => {
      const defaults = loadConfig({ file: null, env: {}, checks });
      expect(loaded(text).config).toEqual(defaults.kind === "loaded" && defaults.config);
    },
  );

  test("paths start at the folder of the file", () => {
    const { config } = loaded(
      "storage: {path: store}\nserver:\n  tls: {cert_file: a, key_file: /b}",
    );
    expect(config.storage.path).toBe(join(folder, "store"));
    expect(config.server.tls).toEqual({
      certFile: join(folder, "a"),
      keyFile: "/b",
      minVersion: "TLSv1.2",
      checkIntervalMs: 10_000,
    });
    expect(config.control?.listen.path).toBe(join(folder, "store", "control.sock"));
  });

  test("off switches listeners off", () => {
    const { config } = loaded("own_metrics: {listen_address: off}\ncontrol: {socket: off}\n");
    expect(config.ownMetrics).toBeNull();
    expect(config.control).toBeNull();
  });

  test("anchors, aliases and merge keys", () => {
    const { config } = loaded(`
tenants:
  - name: a
    entitlement: &rule
      selectors: ['{a="1"}']
      on_collision: sum
  - name: b
    entitlement:
      <<: *rule
      selectors: ['{b="1"}']
`);
    const [a, b] = config.access.tenants.map((tenant) => tenant.entitlement);
    expect(a?.selectors).toEqual(['{a="1"}']);
    expect(b).toEqual({ ...a, selectors: ['{b="1"}'] });
  });

  test("a byte order mark and Windows line ends", () => {
    expect(loaded("\uFEFFlog:\r\n  level: debug\r\n").config.log.level).toBe("debug");
  });

  test("flags win over the file and resolve at the working directory", () => {
    const flags = [
      { path: "storage.path", text: "elsewhere", flag: "--storage-path" },
      { path: "log.level", text: "warn", flag: "--log-level" },
    ];
    const { config } = loaded("log: {level: debug, format: json}\n", { flags });
    expect(config.log).toEqual({ level: "warn", format: "json" });
    expect(config.storage.path).toBe(join(process.cwd(), "elsewhere"));
  });

  test("tenants, with a secret from the environment", () => {
    const text = `
tenants:
  - name: acme
    entitlement:
      selectors: ['{customer="acme"}']
      rename_labels: {cluster: region}
      max_age: 1d
    clients:
      - {name: prom, id: c1, secret: "\${S}", scopes: [metrics.read], expires: 2027-01-31}
`;
    expect(loaded(text, { env: { S: "hunter2hunter2" } }).config.access.tenants).toEqual([
      {
        name: "acme",
        entitlement: {
          selectors: ['{customer="acme"}'],
          dropLabels: [],
          renameLabels: [{ from: "cluster", to: "region" }],
          maxAgeMs: 86_400_000,
          onCollision: "refuse",
        },
        clients: [
          {
            name: "prom",
            id: "c1",
            secret: "hunter2hunter2",
            previousSecret: null,
            scopes: ["metrics.read"],
            expiresAtMs: Date.UTC(2027, 0, 31),
          },
        ],
      },
    ]);
  });

  test("a secret file is read without its last line break, and is a source to watch", () => {
    writeFileSync(join(folder, "secret"), "hunter2hunter2\n");
    const result = loaded(`
operator:
  clients: [{name: ci, id: ci, secret_file: secret, scopes: [metrics.write]}]
`);
    expect(result.config.access.operatorClients[0]?.secret).toBe("hunter2hunter2");
    expect(result.sources).toEqual([join(folder, "gaugeway.yaml"), join(folder, "secret")]);
  });

  test("the environment: fallback, escape, and what is left alone", () => {
    const text = [
      "storage:",
      "  series_max: ${SERIES:-77}",
      "scrape_configs:",
      "  - job_name: $${JOB} $HOME ${1} $1 $$",
    ].join("\n");
    const { config } = loaded(text);
    expect(config.storage.store.seriesMax).toBe(77);
    expect(config.scrape.jobs[0]?.jobName).toBe("${JOB} $HOME ${1} $1 $$");
  });
});

/** Each file with exactly the findings that it must give, in this order. */
const REFUSED: readonly (readonly [name: string, text: string, findings: readonly string[]])[] = [
  [
    "misspelt key",
    "storage:\n  retention_tme: 5d\n",
    ["gaugeway.yaml:2:3: storage.retention_tme: unknown key; did you mean retention_time?"],
  ],
  [
    "key in the wrong section",
    "retention_time: 5d\n",
    ["gaugeway.yaml:1:1: retention_time: unknown key; did you mean storage.retention_time?"],
  ],
  [
    "key like nothing we have",
    "log: {colour: red}\n",
    ["gaugeway.yaml:1:7: log.colour: unknown key; known here: level, format"],
  ],
  [
    "every value is wrong, and every one is told",
    "server:\n  listen_address: 7070\n  headers_timeout: 10\n  connections_max: many\n  tls: {cert_file: a.pem}\nlog: [json]\n",
    [
      'gaugeway.yaml:2:19: server.listen_address: expected an address to listen on such as 127.0.0.1:7070, [::1]:7070 or :7070, found "7070"',
      "gaugeway.yaml:3:20: server.headers_timeout: 10 has no unit; did you mean 10s? expected a duration such as 30s or 1h30m, from 100ms to 10m",
      'gaugeway.yaml:4:20: server.connections_max: expected a whole number, from 1 to 1000000, found "many"',
      "gaugeway.yaml:5:8: server.tls.key_file: missing; expected a path",
      "gaugeway.yaml:6:6: log: expected a mapping of keys, found a list",
    ],
  ],
  [
    "a key twice",
    "log:\n  level: info\n  level: debug\n",
    ["gaugeway.yaml:3:3: log.level: this key stands here a second time; first in line 2"],
  ],
  [
    "nothing behind a key",
    "log:\n  level:\n",
    [
      "gaugeway.yaml:2:9: log.level: expected one of trace, debug, info, warn, error, fatal, found nothing",
    ],
  ],
  [
    "a quoted number, a word that objects have",
    "storage: {series_max: '5'}\nmetrics_endpoint: {timestamps: constructor}\n",
    [
      'gaugeway.yaml:1:23: storage.series_max: expected a whole number, from 1 to 100000000, found "5"',
      'gaugeway.yaml:2:32: metrics_endpoint.timestamps: expected true or false, found "constructor"',
    ],
  ],
  [
    "out of range",
    "storage: {retention_time: 1s}\nmetrics_endpoint: {series_per_scrape_max: 0}\n",
    [
      'gaugeway.yaml:1:27: storage.retention_time: expected a duration such as 30s or 1h30m, from 1h to 100y, found "1s"',
      'gaugeway.yaml:2:43: metrics_endpoint.series_per_scrape_max: expected a whole number, from 1 to 100000000, found "0"',
    ],
  ],
  [
    "contradictions inside a section",
    "storage: {retention_time: 1h, block_duration: 2h}\n",
    ["gaugeway.yaml:1:11: storage.retention_time: must be at least block_duration, which is 2h"],
  ],
  [
    "contradictions between sections",
    "server: {listen_address: ':7071'}\n",
    ["gaugeway.yaml:1:1: own_metrics: server.listen_address uses port 7071 too; choose another"],
  ],
  [
    "sections of prometheus.yml that we do not have",
    "rule_files: [x]\nalerting: {}\nremote_write: []\nstorage: {tsdb: {}}\nglobal: {external_labels: {a: b}}\n",
    [
      "gaugeway.yaml:1:1: rule_files: there are no recording or alerting rules here; remove the section",
      "gaugeway.yaml:2:1: alerting: there are no alerts here; remove the section",
      "gaugeway.yaml:3:1: remote_write: sending samples on by remote write is not supported here; remove the section",
      "gaugeway.yaml:4:11: storage.tsdb: Prometheus' own store is not used here; write retention_time and retention_size directly under storage",
      "gaugeway.yaml:5:10: global.external_labels: Prometheus adds external labels only to what it sends away, never to what it stores; use labels of static_configs or relabel_configs",
    ],
  ],
  [
    "tenants",
    `tenants:
  - name: a
    entitlement:
      selectors: [up]
      rename_labels: {1x: y}
      on_collision: avg
    clients:
      - {name: x, id: c1, secret: short, scopes: [admin]}
      - name: y
        id: c2
        secret: \${NOPE}
        scopes: metrics.read
`,
    [
      "gaugeway.yaml:4:19: tenants[0].entitlement.selectors[0]: not a selector",
      "gaugeway.yaml:5:23: tenants[0].entitlement.rename_labels: expected a label name such as customer_id as key",
      'gaugeway.yaml:6:21: tenants[0].entitlement.on_collision: expected one of refuse, sum, max, found "avg"',
      "gaugeway.yaml:8:35: tenants[0].clients[0].secret: shorter than 8 characters",
      "gaugeway.yaml:8:51: tenants[0].clients[0].scopes[0]: unknown scope admin",
      "gaugeway.yaml:11:17: tenants[0].clients[1].secret: the environment variable NOPE is not set; set it or write ${NOPE:-default}",
      "gaugeway.yaml:12:17: tenants[0].clients[1].scopes: expected a list of scopes (lines with -), found a single value",
    ],
  ],
  [
    "one name twice, one client id of two tenants",
    `tenants:
  - {name: a, clients: [{name: x, id: c, secret: hunter2hunter2, scopes: [metrics.read]}]}
  - {name: b, clients: [{name: x, id: c, secret: hunter2hunter2, scopes: [metrics.read]}]}
scrape_configs:
  - job_name: j
`,
    ['gaugeway.yaml:1:1: tenants: the client id "c" of tenant "b" belongs to tenant "a" already'],
  ],
  [
    "twins in lists",
    "tenants: [{name: a}, {name: a}]\nscrape_configs: [{job_name: j}, {job_name: j}]\n",
    [
      'gaugeway.yaml:1:22: tenants[1]: "a" stands in this list twice; first as tenants[0]',
      'gaugeway.yaml:2:33: scrape_configs[1]: "j" stands in this list twice; first as scrape_configs[0]',
    ],
  ],
  [
    "a secret and its file",
    "operator:\n  clients:\n    - {name: x, id: c, secret: hunter2hunter2, secret_file: s, scopes: [metrics.read]}\n",
    [
      "gaugeway.yaml:3:48: operator.clients[0].secret_file: contradicts secret; keep one of the two",
    ],
  ],
  [
    "a secret file that is not there",
    "operator:\n  clients:\n    - {name: x, id: c, secret_file: s, scopes: [metrics.read]}\n",
    [
      "gaugeway.yaml:3:37: operator.clients[0].secret_file: the file with the secret does not exist",
    ],
  ],
  [
    "scrape jobs",
    `scrape_configs:
  - job_name: a
    kubernetes_sd_configs: []
    scrape_interval: 5s
    scrape_timeout: 10s
    bearer_token: x
    authorization: {credentials: y}
  - job_name: b
    static_configs: [{targets: ['http://x/']}]
    relabel_configs: [{action: hashmod}, {regex: a, action: labeldrop, target_label: x}]
    proxy_url: http://user:hunter2@p:1:2
    tls_config: {cert_file: a, min_version: TLS13, max_version: TLS12}
`,
    [
      "gaugeway.yaml:3:5: scrape_configs[0].kubernetes_sd_configs: kubernetes service discovery is not supported; use http_sd_configs or file_sd_configs with a small adapter",
      "gaugeway.yaml:5:5: scrape_configs[0].scrape_timeout: must be at most scrape_interval",
      "gaugeway.yaml:6:5: scrape_configs[0].bearer_token: contradicts authorization; one way of authentication is allowed",
      'gaugeway.yaml:9:33: scrape_configs[1].static_configs[0].targets[0]: expected host:port without scheme and path, such as localhost:9100, found "http://x/"',
      "gaugeway.yaml:10:23: scrape_configs[1].relabel_configs[0].modulus: missing; hashmod needs it",
      "gaugeway.yaml:10:23: scrape_configs[1].relabel_configs[0].target_label: missing; hashmod needs it",
      "gaugeway.yaml:10:72: scrape_configs[1].relabel_configs[1].target_label: has no meaning with labeldrop; remove it",
      'gaugeway.yaml:11:16: scrape_configs[1].proxy_url: expected a URL that starts with http:// or https://, found "http://<secret>@p:1:2"',
      "gaugeway.yaml:12:18: scrape_configs[1].tls_config.cert_file: needs key_file",
      "gaugeway.yaml:12:52: scrape_configs[1].tls_config.max_version: must not be below min_version, which is TLS13",
    ],
  ],
  [
    "a socket path that the system cannot take",
    `control: {socket: /${"x".repeat(107)}}\n`,
    [
      `gaugeway.yaml:1:19: control.socket: expected the path of a Unix socket, at most 107 bytes, or off, found "/${"x".repeat(56)}..."`,
    ],
  ],
];

describe("what is refused", () => {
  test.each(REFUSED)("%s", (_name, text, findings) => {
    expect(refusals(text)).toEqual(findings);
  });

  test("a file that is not there, is a folder, is too large", () => {
    expect(told("no/such.yaml")).toEqual(["no/such.yaml:1:1: the file does not exist"]);
    expect(told(folder)).toEqual([`${folder}:1:1: the file is a folder`]);
    expect(refusals(`# ${"x".repeat(1024 ** 2)}`)).toEqual([
      "gaugeway.yaml:1:1: the file is larger than 1048576 bytes",
    ]);
  });

  test("a flag is named as the place", () => {
    const flags = [{ path: "storage.retention_time", text: "soon", flag: "--retention" }];
    expect(refusals("{}\n", { flags })).toEqual([
      '--retention: storage.retention_time: expected a duration such as 30s or 1h30m, from 1h to 100y, found "soon"',
    ]);
  });

  test("of a URL, credentials and parameters are not quoted", () => {
    const refused = refusals(
      "scrape_configs: [{job_name: j, proxy_url: 'ftp://u:hunter2@p/x?token=hunter2'}]\n",
    );
    expect(refused).toEqual([
      'gaugeway.yaml:1:43: scrape_configs[0].proxy_url: expected a URL that starts with http:// or https://, found "ftp://<secret>@p/x?<secret>"',
    ]);
  });

  test("what comes from the environment is not quoted", () => {
    expect(refusals("log: {level: '${L}'}\n", { env: { L: "hunter2" } })).toEqual([
      "gaugeway.yaml:1:14: log.level: expected one of trace, debug, info, warn, error, fatal, found the value from the environment",
    ]);
  });
});

describe("scrape_config_files", () => {
  const ROOT = "scrape_config_files: [jobs/*.yml]\n";

  test("their jobs come behind those of the file, with the same defaults", () => {
    mkdirSync(join(folder, "jobs"));
    writeFileSync(join(folder, "jobs", "b.yml"), "scrape_configs: [{job_name: b}]\n");
    writeFileSync(join(folder, "jobs", "a.yml"), "scrape_configs: [{job_name: a}]\n");
    const { config, sources } = loaded(
      `global: {scrape_interval: 7s}\nscrape_configs: [{job_name: own}]\n${ROOT}`,
    );
    expect(config.scrape.jobs.map((job) => job.jobName)).toEqual(["own", "a", "b"]);
    expect(config.scrape.jobs.map((job) => job.scrapeIntervalMs)).toEqual([7000, 7000, 7000]);
    expect(sources).toContain(join(folder, "jobs", "a.yml"));
  });

  test("findings name the file; names are unique over all", () => {
    mkdirSync(join(folder, "jobs"));
    writeFileSync(join(folder, "jobs", "a.yml"), "scrape_configs: [{job_name: own}]\n");
    writeFileSync(join(folder, "jobs", "b.yml"), "scrape_configs: [{job: b}]\nglobal: {}\n");
    expect(refusals(`scrape_configs: [{job_name: own}]\n${ROOT}`)).toEqual([
      'jobs/a.yml:1:1: the job "own" stands in another file already',
      "jobs/b.yml:1:18: scrape_configs[0].job_name: missing; expected text that is not empty",
      "jobs/b.yml:1:19: scrape_configs[0].job: unknown key",
      "jobs/b.yml:2:1: global: unknown key; known here: scrape_configs",
    ]);
  });
});
