/** What pages print as a krakend file is taken as it stands: ours, and the one that users bring. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadGatewayConfig } from "#gateway";

const seeds = process.env["GAUGEWAY_SEEDS"] ?? "../shared/seeds";
const pages = [
  "docs/gateway.md",
  "docs/extended-metrics.md",
  join(seeds, "003_f92e9fc506ca55a1.txt"),
];

/** Every JSON object on the page that is a krakend file, whatever surrounds it. */
function configurationsIn(page: string): readonly string[] {
  const text = existsSync(page) ? readFileSync(page, "utf8") : "";
  return Array.from(text.matchAll(/^\{\n[\s\S]*?^\}$/gm), ([block]) => block).filter((block) =>
    block.includes('"version": 3'),
  );
}

function load(text: string, name = "krakend.json") {
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-documented-"));
  const file = join(folder, name);
  writeFileSync(file, text);
  const loaded = loadGatewayConfig({ file, env: {}, ignoredNamespaces: [] });
  rmSync(folder, { recursive: true });
  return loaded;
}

const configurations = pages.flatMap((page) =>
  configurationsIn(page).map((text, i) => ({ page, number: i + 1, text })),
);

test("there are some, and a wrong one would be told", () => {
  expect(configurations.length).toBeGreaterThanOrEqual(3);
  expect(load('{"version": 2}').kind).toBe("refused");
});

test.each(configurations)("$page, number $number", ({ text }) => {
  const loaded = load(text);
  expect(loaded).toMatchObject({ kind: "loaded", warnings: [] });
});

// The original takes it from YAML alone.
test.each([
  [
    "krakend.json",
    '{"version": 3, "extra_config": {"telemetry/metrics": {}, "telemetry/influx": {"address": "http://a:1", "buffer_size": 60}}}',
  ],
  [
    "krakend.yaml",
    "version: 3\nextra_config:\n  telemetry/metrics: {}\n  telemetry/influx: {address: 'http://a:1', buffer_size: 60}\n",
  ],
  [
    "krakend.toml",
    'version = 3\n[extra_config."telemetry/metrics"]\n[extra_config."telemetry/influx"]\naddress = "http://a:1"\nbuffer_size = 60\n',
  ],
])("buffer_size counts in %s", (name, text) => {
  const loaded = load(text, name);
  expect(loaded).toMatchObject({
    kind: "loaded",
    warnings: [],
    config: { measuring: { influx: { bufferSize: 60 } } },
  });
});
