import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Who may import whom. A part that is not listed on the right is out of reach. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  model: ["lib"],
  exposition: ["model", "lib"],
  promql: ["model", "lib"],
  results: ["promql", "exposition", "model", "lib"],
  telemetry: ["exposition", "model", "lib"],
  tsdb: ["telemetry", "model", "lib"],
  sources: ["telemetry", "exposition", "model", "lib"],
  access: ["promql", "telemetry", "model", "lib"],
  snapshot: ["access", "exposition", "telemetry", "model", "lib"],
  query: ["access", "results", "promql", "telemetry", "model", "lib"],
  http: ["telemetry", "lib"],
  api: [
    "http",
    "access",
    "promql",
    "results",
    "exposition",
    "sources",
    "snapshot",
    "telemetry",
    "model",
    "lib",
  ],
  gateway: ["access", "http", "telemetry", "model", "lib"],
  config: ["lib"],
  engine: [
    "tsdb",
    "promql",
    "results",
    "query",
    "sources",
    "snapshot",
    "access",
    "exposition",
    "telemetry",
    "model",
    "lib",
  ],
};

/** Parts of which only types may be imported: configuration describes parts, it does not run them. */
const allowedTypes: Readonly<Record<string, readonly string[]>> = {
  config: [
    "access",
    "api",
    "gateway",
    "http",
    "query",
    "snapshot",
    "sources",
    "telemetry",
    "tsdb",
    "model",
  ],
  api: ["engine", "query"],
};

const importOf = /^(import|export)\s+(type\s)?[^;]*?["']([#.][^"']*)["']/gm;
const dynamicImportOf = /import\(\s*["']([#.][^"']*)["']/g;

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
  /^(?!cli\/)[^/]+\/.*\.tsx?$/.test(file),
);

function refusal(file: string, specifier: string, typeOnly: boolean): string | null {
  const part = file.split("/")[0] ?? "";
  if (!(part in allowed)) return `${part} is not in the table`;
  if (!specifier.startsWith("#")) {
    const inside = new URL(specifier, `file:///${file}`).pathname.startsWith(`/${part}/`);
    return inside ? null : `${specifier} leaves the part by a relative path`;
  }
  const [target = "", ...deep] = specifier.slice(1).split("/");
  if (target !== "lib" && deep.length > 0) return `${specifier} goes round the front door`;
  if (allowed[part]?.includes(target)) return null;
  if (typeOnly && allowedTypes[part]?.includes(target)) return null;
  return `${part} may not import ${target}`;
}

test("parts import only what the table allows, and only through the front door", () => {
  const offenders: string[] = [];
  let importsSeen = 0;
  for (const file of files) {
    const text = readFileSync(`src/${file}`, "utf8");
    const statics = Array.from(
      text.matchAll(importOf),
      (m) => [m[3] ?? "", m[2] !== undefined] as const,
    );
    const dynamics = Array.from(
      text.matchAll(dynamicImportOf),
      (m) => [m[1] ?? "", false] as const,
    );
    for (const [specifier, typeOnly] of [...statics, ...dynamics]) {
      importsSeen += 1;
      const reason = refusal(file, specifier, typeOnly);
      if (reason !== null && !file.endsWith(".test.ts")) offenders.push(`${file}: ${reason}`);
    }
  }
  expect(files.length).toBeGreaterThan(10);
  expect(importsSeen).toBeGreaterThan(10);
  expect(offenders).toEqual([]);
});

test("the check refuses what it must", () => {
  expect(refusal("api/x.ts", "#tsdb", false)).toContain("may not import");
  expect(refusal("api/x.ts", "#engine", false)).toContain("may not import");
  expect(refusal("api/x.ts", "#engine", true)).toBeNull();
  expect(refusal("promql/x.ts", "#tsdb", false)).toContain("may not import");
  expect(refusal("tsdb/x.ts", "#model/labels", false)).toContain("front door");
  expect(refusal("tsdb/x.ts", "../model/labels.ts", false)).toContain("relative path");
  expect(refusal("novel/x.ts", "#lib/assert", false)).toContain("not in the table");
  expect(refusal("tsdb/head/x.ts", "../chunk/y.ts", false)).toBeNull();
});

test("the table has no cycle", () => {
  const visit = (part: string, path: readonly string[]): void => {
    expect(path).not.toContain(part);
    for (const next of allowed[part] ?? []) visit(next, [...path, part]);
  };
  for (const part of Object.keys(allowed)) visit(part, []);
});

test("nothing switches a lint rule off in place", () => {
  const disabled = files.filter((file) =>
    /(ox|es)lint-disable/.test(readFileSync(`src/${file}`, "utf8")),
  );
  expect(disabled).toEqual([]);
});
