import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createScrapeParser } from "#exposition";
import { formatLabels, SampleColumns } from "#model";
import { BLOCK_SET_DEFAULTS } from "../block/block-set-options.ts";
import { openBlockSet } from "../block/block-set.ts";
import { importOpenMetrics, type ImportOptions, type ImportOutcome } from "./import-openmetrics.ts";
import type { ImportParser, ImportSink } from "./import-sink.ts";

let root = "";
let input = "";
let dataFolder = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-import-"));
  input = join(root, "input.om");
  dataFolder = join(root, "data");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function createParser(sink: ImportSink): ImportParser {
  const parser = createScrapeParser({
    resolveSeries: (labels, metadata) => sink.resolveSeries(labels, metadata),
    sample: (token, value, timestampMs) => sink.sample(token, value, timestampMs),
    metadataChanged: (token, metadata) => sink.metadataChanged(token, metadata),
    exemplar: () => {},
  });
  parser.begin("openmetrics-1.0.0");
  return parser;
}

function runImport(options: Partial<ImportOptions> = {}): Promise<ImportOutcome> {
  return importOpenMetrics({ input, dataFolder, createParser, ...options });
}

async function contents(): Promise<string[]> {
  const set = await openBlockSet({
    folder: join(dataFolder, "blocks"),
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
    options: BLOCK_SET_DEFAULTS,
    observer: () => {},
  });
  const lines: string[] = [];
  for await (const series of set.select([], { minMs: -Infinity, maxMs: Infinity })) {
    const into = new SampleColumns();
    series.read(into);
    for (let i = 0; i < into.length; i++) {
      lines.push(`${formatLabels(series.labels)} ${into.values[i]} ${into.timestampsMs[i]}`);
    }
  }
  await set.close();
  return lines;
}

const HOSTS = 7;
const STEPS = 30_000;

/** Three days of two metrics. Returns the lines that `contents` should give. */
function writeInput(order: "by series" | "by time", steps = STEPS): string[] {
  const lines: { metric: string; host: number; step: number }[] = [];
  for (const metric of ["load", "queue"]) {
    const family: typeof lines = [];
    for (let host = 0; host < HOSTS; host++) {
      for (let step = 0; step < steps; step += 100) family.push({ metric, host, step });
    }
    if (order === "by time") family.sort((a, b) => a.step - b.step || a.host - b.host);
    lines.push(...family);
  }
  let text = "";
  let metric = "";
  for (const line of lines) {
    if (line.metric !== metric) text += `# TYPE ${(metric = line.metric)} gauge\n`;
    text += `${metric}{host="${line.host}"} ${valueOf(line.host, line.step)} ${timeOf(line.step)}\n`;
  }
  writeFileSync(input, `${text}# EOF\n`);
  const bySeries = lines.toSorted(
    (a, b) =>
      (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0) ||
      a.host - b.host ||
      a.step - b.step,
  );
  return bySeries.map(
    ({ metric: name, host, step }) =>
      `${name}{host="${host}"} ${valueOf(host, step)} ${timeOf(step) * 1000}`,
  );
}
const valueOf = (host: number, step: number): number => (host * 1000 + (step % 977)) / 4;
const timeOf = (step: number): number => 1_780_000_000 + step * 10;

/** So little that a thousand samples already go to the staging file. */
const TIGHT = { memoryBytesMax: 64 * 1024 };

test.each(["by series", "by time"] as const)("a file sorted %s", async (order) => {
  const expected = writeInput(order);
  const outcome = await runImport();
  expect(outcome).toMatchObject({ samples: expected.length, series: 2 * HOSTS, blocks: 5 });
  expect(await contents()).toEqual(expected);
  expect(readdirSync(join(dataFolder, "imports"))).toHaveLength(1);
});

test.each(["by series", "by time"] as const)("a file sorted %s, by way of disk", async (order) => {
  const expected = writeInput(order);
  let phases = "";
  const outcome = await runImport({
    limits: TIGHT,
    onProgress: ({ phase }) => (phases += phase[0] ?? ""),
  });
  expect(phases).toMatch(/^r+w+$/);
  expect(outcome.blocks).toBe(5);
  expect(await contents()).toEqual(expected);
});

test("the same file again changes nothing, a longer one adds what is new", async () => {
  const expected = writeInput("by series", 3000);
  await runImport();
  const files = readdirSync(join(dataFolder, "blocks"));
  expect(await runImport()).toMatchObject({ wasImported: true, samples: expected.length });
  expect(readdirSync(join(dataFolder, "blocks"))).toEqual(files);
  const longer = writeInput("by series", 4000);
  expect(await runImport()).toMatchObject({ wasImported: false });
  expect(await contents()).toEqual(longer);
});

test("an aborted import goes on where it was", async () => {
  const expected = writeInput("by time", 400_000);
  const abort = new AbortController();
  const interrupted = runImport({
    limits: TIGHT,
    signal: abort.signal,
    onProgress: ({ bytesRead, bytesTotal }) => {
      if (bytesRead > bytesTotal / 2) abort.abort(new Error("enough"));
    },
  });
  await expect(interrupted).rejects.toThrow("enough");
  const outcome = await runImport({ limits: TIGHT });
  expect(outcome.resumedFrom).toBeGreaterThan(expected.length / 4);
  expect(await contents()).toEqual(expected);
});

test("samples out of order are sorted; of two at one time the last counts", async () => {
  writeFileSync(input, "# TYPE a gauge\na 3 30\na 1 10\na 2 20\na 4 30\n# EOF\n");
  await runImport();
  expect(await contents()).toEqual(["a 1 10000", "a 2 20000", "a 4 30000"]);
});

test("errors name what is wrong", async () => {
  writeFileSync(input, '# TYPE a gauge\na{b="c"} 3\n# EOF\n');
  await expect(runImport()).rejects.toMatchObject({ code: "import_no_timestamp" });
  writeFileSync(input, "# TYPE a gauge\na 3 1e18\n# EOF\n");
  await expect(runImport()).rejects.toMatchObject({ code: "import_bad_timestamp" });
  writeInput("by series", 1000);
  await expect(runImport({ limits: { memoryBytesMax: 1024 } })).rejects.toMatchObject({
    code: "import_memory",
  });
  const changing = runImport({ onProgress: () => utimesSync(input, 1, 1) });
  await expect(changing).rejects.toMatchObject({ code: "import_changed" });
});
