/**
 * Two promises of the configuration, for any place in it: a broken key is found where it is, and a
 * secret is never shown.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { assert, constantFrom, integer, property, string } from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type ConfigChecks, formatFinding, loadConfig } from "#config";

const checks: ConfigChecks = {
  selector: () => null,
  regex: () => null,
  scope: () => null,
  clientId: () => null,
  clientSecret: () => null,
};

const folder = mkdtempSync(join(tmpdir(), "gaugeway-property-"));
const file = join(folder, "gaugeway.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

/** Every kind of section, list and map, one key a line. */
const VALID = `server:
  listen_address: 127.0.0.1:7070
  tls:
    cert_file: cert.pem
    key_file: key.pem
    min_version: "1.3"
  connections_max: 500
  trusted_proxies:
    - 10.0.0.0/8
own_metrics:
  listen_address: off
storage:
  path: data
  retention_time: 30d
  retention_size: 10GB
  series_max: 1000
metrics_endpoint:
  timestamps: yes
limits:
  client:
    burst: 60
log:
  level: debug
  format: json
global:
  scrape_interval: 15s
  sample_limit: 100
scrape_configs:
  - job_name: node
    scrape_timeout: 5s
    honor_labels: true
    basic_auth:
      username: user
      password: SECRET
    tls_config:
      insecure_skip_verify: true
    static_configs:
      - targets:
          - localhost:9100
        labels:
          zone: a
    relabel_configs:
      - source_labels: [a]
        regex: b(.*)
        target_label: c
        replacement: $1
    http_headers:
      X-Token:
        secrets: [SECRET]
tenants:
  - name: acme
    entitlement:
      selectors:
        - '{customer="acme"}'
      drop_labels: [customer]
      max_age: 1d
      on_collision: sum
    clients:
      - name: prom
        id: acme-prom
        secret: SECRET
        scopes: [metrics.read]
        expires: 2030-01-01
operator:
  clients:
    - name: ci
      id: ci-client
      secret: SECRET
      scopes: [metrics.write]
`;

function load(text: string) {
  writeFileSync(file, text);
  return loadConfig({ file, env: {}, checks });
}

const lines = VALID.split("\n");
/** Lines with a key of ours: not a label, a header or a bare list item, whose names are free. */
const keyLines = lines.flatMap((line, index) =>
  /^[ -]*[a-z_]+:/.test(line) && !/zone:|localhost:/.test(line) ? [index] : [],
);

test("the file is valid as it is", () => {
  expect(keyLines.length).toBeGreaterThan(40);
  const result = load(VALID);
  expect(result.kind === "refused" && result.findings.map(formatFinding)).toBe(false);
});

test("a key with any letter changed is told at its line", () => {
  assert(
    property(constantFrom(...keyLines), integer({ min: 0, max: 30 }), (index, at) => {
      const line = lines[index] ?? "";
      const [, lead = "", key = "", rest = ""] = /^([ -]*)([a-z_]+)(:.*)$/.exec(line) ?? [];
      const place = at % key.length;
      const broken = `${key.slice(0, place)}q${key.slice(place + 1)}`;
      const result = load(lines.with(index, lead + broken + rest).join("\n"));
      if (result.kind === "loaded") throw new Error(`${broken} was taken`);
      const told = result.findings.map(formatFinding);
      const prefix = `${file}:${index + 1}:${lead.length + 1}: `;
      expect(told.some((text) => text.startsWith(prefix) && text.includes("unknown key"))).toBe(
        true,
      );
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("a value that no key takes is told at its line", () => {
  const free = /zone|username|SECRET|regex|replacement|target_label|path:|_file|name:|id:/;
  const valueLines = keyLines.filter((index) => {
    const line = lines[index] ?? "";
    return /: \S/.test(line) && !free.test(line);
  });
  expect(valueLines.length).toBeGreaterThan(15);
  assert(
    property(
      constantFrom(...valueLines),
      constantFrom("{a: b}", "'?'", "[[x]]"),
      (index, value) => {
        const line = lines[index] ?? "";
        const result = load(lines.with(index, line.replace(/: .*/, `: ${value}`)).join("\n"));
        // The only keys that take any text in a list.
        const takesIt = value === "'?'" && /source_labels|scopes|secrets|selectors/.test(line);
        if (result.kind === "loaded") {
          if (takesIt) return;
          throw new Error(`${line} was taken with ${value}`);
        }
        const at = result.findings.map(({ at: position }) =>
          position.kind === "file" ? position.line : 0,
        );
        expect(at).toContain(index + 1);
      },
    ),
    { numRuns: 200, seed: 2 },
  );
});

/** Characters to which YAML gives a meaning, and some to which it does not. */
const disturbance = string({
  unit: constantFrom(...Array.from("ab1 :#-[]{}&*!|>'\"%@`,?\n\t")),
  maxLength: 6,
});

test("a secret is shown nowhere, whatever else is wrong", () => {
  // Long enough not to occur by chance, and with whatever YAML gives a meaning to around it.
  const canary = "hunter2-canary";
  assert(
    property(disturbance, disturbance, (before, after) => {
      const result = load(VALID.replaceAll("SECRET", before + canary + after));
      const shown =
        result.kind === "refused"
          ? result.findings.map(formatFinding).join("\n")
          : inspect(result.values, { depth: null }) + JSON.stringify(result.values);
      expect(shown).not.toContain(canary);
    }),
    { numRuns: 300, seed: 3 },
  );
});
