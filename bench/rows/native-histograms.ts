import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FloatHistogram } from "../../src/model/histogram.ts";
import { labelsOfRecord } from "../../src/model/labels.ts";
import { SampleColumns } from "../../src/model/sample-columns.ts";
import { openBlockSet } from "../../src/tsdb/block/block-set.ts";
import { BLOCK_SET_DEFAULTS } from "../../src/tsdb/block/block-set-options.ts";
import { writeBlock } from "../../src/tsdb/block/write-block.ts";
import { startPrometheus } from "../../test/peers/index.ts";
import { type HistogramLoad, nativeHistograms } from "../data/native-histograms.ts";
import { type BenchRow, type Measurement, median } from "../row.ts";
import { newestPeer } from "../systems/systems.ts";
import { writeHistograms } from "../systems/write-histograms.ts";

const SERIES = 20;
const SAMPLES = 480;
const STEP_MS = 15_000;
const READS = 9;

const LOADS: Readonly<Record<string, HistogramLoad>> = {
  busy: { schema: 3, observationsBefore: 50_000, observationsPerStep: 1500 },
  quiet: { schema: 3, observationsBefore: 5000, observationsPerStep: 3 },
  coarse: { schema: 0, observationsBefore: 10_000, observationsPerStep: 300 },
};

/** What native histograms take on disk, and what reading them back costs. */
export const nativeHistogramsRow: BenchRow = {
  name: "native-histograms",
  description: `${SERIES} series of native histograms, ${SAMPLES} samples at 15 s each: bytes in blocks with the index, beside a snapshot of Prometheus; CPU time of reading them all, beside parsing them as JSON; median of ${READS}`,
  async run(log) {
    const measurements: Measurement[] = [];
    for (const [name, load] of Object.entries(LOADS)) {
      const series = Array.from({ length: SERIES }, (_, id) =>
        nativeHistograms(load, SAMPLES, id + 1),
      );
      measurements.push(...(await measure(name, series)));
      for (const { what, ours, peers } of measurements.slice(-2)) {
        log(`${what}: ${ours} ${JSON.stringify(peers)}`);
      }
    }
    return measurements;
  },
};

async function measure(
  name: string,
  series: readonly (readonly FloatHistogram[])[],
): Promise<readonly Measurement[]> {
  const firstMs = Math.floor(Date.now() / 1000) * 1000 - SAMPLES * STEP_MS;
  const times = Float64Array.from({ length: SAMPLES }, (_, i) => firstMs + i * STEP_MS);
  const ours = await oursOf(series, times);
  return [
    {
      what: `${name}: disk, index included`,
      unit: "B/sample",
      goal: "below Prometheus",
      ours: ours.bytesPerSample,
      peers: [await prometheusOf(series, times)],
    },
    {
      what: `${name}: reading back`,
      unit: "ns/sample",
      goal: "below JSON",
      ours: ours.readNs,
      peers: [{ system: "JSON.parse", value: parseNsOf(series) }],
    },
  ];
}

async function oursOf(
  series: readonly (readonly FloatHistogram[])[],
  times: Float64Array,
): Promise<{ readonly bytesPerSample: number; readonly readNs: number }> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-bench-"));
  try {
    const blocks = series.map((histograms, id) => ({
      labels: labelsOfRecord({ __name__: "h", id: String(id).padStart(2, "0") }),
      metadata: null,
      samples: columnsOf(histograms, times),
    }));
    await writeBlock(folder, blocks, { source: "head" });
    const bytesPerSample = (await bytesIn(folder)) / (SERIES * SAMPLES);
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const options = BLOCK_SET_DEFAULTS;
    await using set = await openBlockSet({ folder, clock, options, observer() {} });
    const into = new SampleColumns(SAMPLES);
    const readAll = async (): Promise<void> => {
      for await (const one of set.select([], { minMs: -Infinity, maxMs: Infinity })) {
        into.clear();
        one.read(into);
      }
    };
    const runs: number[] = [];
    for (let i = 0; i < READS; i++) {
      const before = process.cpuUsage();
      await readAll();
      runs.push(cpuNsSince(before));
    }
    return { bytesPerSample, readNs: median(runs) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function columnsOf(histograms: readonly FloatHistogram[], times: Float64Array): SampleColumns {
  const columns = new SampleColumns(histograms.length);
  columns.timestampsMs.set(times);
  for (const [i, histogram] of histograms.entries()) {
    columns.values[i] = histogram.sum;
    columns.setHistogram(i, histogram);
  }
  columns.length = histograms.length;
  return columns;
}

async function prometheusOf(
  series: readonly (readonly FloatHistogram[])[],
  times: Float64Array,
): Promise<{ readonly system: string; readonly value: number }> {
  const binary = await newestPeer("prometheus");
  await using server = await startPrometheus(binary, "{}", [
    "--web.enable-remote-write-receiver",
    "--web.enable-admin-api",
    "--enable-feature=native-histograms",
  ]);
  await writeHistograms(server.url, series, times);
  const answer = await fetch(`${server.url}/api/v1/admin/tsdb/snapshot`, { method: "POST" });
  const { data } = (await answer.json()) as { data: { name: string } };
  const bytes = await bytesIn(join(server.dataFolder, "tsdb", "snapshots", data.name));
  return { system: `Prometheus ${binary.version}`, value: bytes / (SERIES * SAMPLES) };
}

function parseNsOf(series: readonly (readonly FloatHistogram[])[]): number {
  const texts = series.flat().map(({ positive, negative, ...rest }) =>
    JSON.stringify({
      ...rest,
      positive: [Array.from(positive.indexes), Array.from(positive.counts)],
      negative: [Array.from(negative.indexes), Array.from(negative.counts)],
    }),
  );
  const runs: number[] = [];
  for (let i = 0; i < READS; i++) {
    const before = process.cpuUsage();
    for (const one of texts) JSON.parse(one);
    runs.push(cpuNsSince(before));
  }
  return median(runs);
}

/** A sample's share. */
function cpuNsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / (SERIES * SAMPLES);
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
