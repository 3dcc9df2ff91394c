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

function load(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-documented-"));
  const file = join(folder, "krakend.json");
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
