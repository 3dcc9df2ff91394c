/**
 * Random queries over the store against Prometheus over its own: what differs is not the engine's,
 * which has a test of its own over plain arrays. Native histograms with their hints of resets are in
 * memory on both sides, and on ours in blocks, too.
 */
import { expect, test } from "vitest";
import { peerOrSkip, startPrometheus } from "../peers/index.ts";
import { engineOver } from "../promql/differential/engine-answers.ts";
import { ExpressionGenerator } from "../promql/differential/expression-generator.ts";
import { KNOWN_IN_3_5 } from "../promql/differential/known-differences.ts";
import { askPrometheus } from "../promql/differential/prometheus-answers.ts";
import { Random } from "../promql/differential/random.ts";
import { remoteWrite } from "../promql/differential/remote-write.ts";
import { runDifferential } from "../promql/differential/run-differential.ts";
import { randomWorld, WORLD_END_MS, type World } from "../promql/differential/world.ts";
import type { FakeSeries } from "../fakes/queryable-fake.ts";
import { StoreFixture } from "./store-fixture.ts";
import { storageOver } from "./store-storage.ts";

/** `GAUGEWAY_DIFF_EXPRESSIONS=20000 GAUGEWAY_DIFF_SEED=7 npx vitest run test/seams` */
const EXPRESSIONS = Number(process.env["GAUGEWAY_DIFF_EXPRESSIONS"] ?? 600);
const SEED = Number(process.env["GAUGEWAY_DIFF_SEED"] ?? 20_261_128);

function seriesOf(world: World): FakeSeries[] {
  return world.map(({ labels, points }) => ({
    labels,
    metadata: null,
    samples: points.map(({ timeMs, item }) => ({
      timestampMs: timeMs,
      value: item.kind === "stale" ? "stale" : item.kind === "float" ? item.value : item.histogram,
    })),
  }));
}

/** Blocks with the first part of each series, the head with the rest. */
async function storeOf(world: World, partInBlocks: number): Promise<StoreFixture> {
  const fixture = await StoreFixture.create([], "head");
  fixture.advanceTo(WORLD_END_MS);
  const series = seriesOf(world);
  const isEarly = ({ timestampMs }: { timestampMs: number }): boolean =>
    timestampMs < WORLD_END_MS - (1 - partInBlocks) * 40 * 60_000;
  const early = series.map((one) => ({ ...one, samples: one.samples.filter(isEarly) }));
  const late = series.map((one) => ({
    ...one,
    samples: one.samples.filter((sample) => !isEarly(sample)),
  }));
  await fixture.append(early, () => true);
  if (partInBlocks > 0) await fixture.cut();
  await fixture.append(late, () => true);
  return fixture;
}

test.for([
  ["in the head", 0],
  ["in blocks", 1],
  ["half in a block and half in the head", 0.5],
] as const)(
  "a store with its samples %s answers random queries as Prometheus 3.5 does",
  { timeout: 120_000 + EXPRESSIONS * 50 },
  async ([, partInBlocks], { skip }) => {
    const binary = await peerOrSkip("prometheus", "sid", skip);
    const random = new Random(SEED);
    const world = randomWorld(random, {
      isOnGrid: false,
      hasHistograms: true,
      hasSmallCounters: true,
    });
    await using prometheus = await startPrometheus(binary, "{}", [
      "--web.enable-remote-write-receiver",
      "--enable-feature=promql-experimental-functions,native-histograms",
    ]);
    await remoteWrite(prometheus.url, world);
    await using fixture = await storeOf(world, partInBlocks);
    using until = new DisposableStack();
    const generator = new ExpressionGenerator(random, { isNew: true, hasHistograms: true });
    const report = await runDifferential({
      random,
      expressions: EXPRESSIONS,
      next: () => generator.query(),
      ours: engineOver(storageOver(fixture.store, until), false),
      theirs: (question) => askPrometheus(prometheus.url, question),
      known: KNOWN_IN_3_5,
      comparesAnnotations: true,
      isBitExact: true,
    });
    expect({ seed: SEED, differences: report.differences }).toEqual({
      seed: SEED,
      differences: [],
    });
    expect(report.empty + report.errors).toBeLessThan(EXPRESSIONS * 0.6);
  },
);
