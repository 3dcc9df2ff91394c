import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { loadConfig, type LoadedConfig, type RefusedConfig } from "./load-config.ts";
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

function load(text: string | Uint8Array, env: Record<string, string> = {}) {
  const file = join(folder, "gaugeway.yaml");
  writeFileSync(file, text);
  return loadConfig({ file, env, checks });
}

function loaded(text: string, env: Record<string, string> = {}): LoadedConfig {
  const result = load(text, env);
  if (result.kind === "refused") throw new Error(findingsOf(result).join("\n"));
  return result;
}

function findingsOf(result: RefusedConfig): string[] {
  return result.findings.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, ""));
}

function refusals(text: string | Uint8Array, env: Record<string, string> = {}): string[] {
  const result = load(text, env);
  return result.kind === "refused" ? findingsOf(result) : [];
}

describe("what is valid", () => {
  test("no file gives the defaults", () => {
    const result = loadConfig({ file: null, env: {}, checks });
    expect(result.kind).toBe("loaded");
    if (result.kind !== "loaded") return;
    expect(result.config.server.listenAddress).toEqual({ host: "", port: 7070 });
    expect(result.config.ownMetrics).toEqual({ listenAddress: { host: "127.0.0.1", port: 7071 } });
    expect(result.config.storage.retentionTimeMs).toBe(15 * 24 * 3_600_000);
    expect(result.config.control?.socketPath).toBe(join(process.cwd(), "data", "control.sock"));
    expect(result.sources).toEqual([]);
  });

  test("a misspelt key", () => {
    expect(refusals("storage:\n  retention_tme: 5d\n")).toEqual([
      "gaugeway.yaml:2:3: storage.retention_tme: unknown key; did you mean retention_time?",
    ]);
  });

  test("tenants", () => {
    const { config } = loaded(
      `
tenants:
  - name: acme
    entitlement:
      selectors: ['{customer="acme"}']
      rename_labels: {cluster: region}
      max_age: 1d
    clients:
      - {name: prom, id: c1, secret: "\${S}", scopes: [metrics.read], expires: 2027-01-31}
`,
      { S: "hunter2hunter2" },
    );
    expect(config.access.tenants).toEqual([
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
});
