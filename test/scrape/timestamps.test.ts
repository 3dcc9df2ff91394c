import { expect, test } from "vitest";
import { jobConfig, startExporter, startHarness, textAnswer } from "./scrape-fixture.ts";

const OWN_MS = 1_699_999_999_000;

test("timestamps of the target are kept, and such series do not go stale", async () => {
  await using exporter = await startExporter(`a 1 ${OWN_MS}\nb 1\n`);
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  exporter.respond = textAnswer("c 1\n");
  await harness.round();
  const [a, b] = Object.values(harness.store.samples());
  expect(a).toEqual([{ timestampMs: OWN_MS, value: 1 }]);
  expect(b?.map((sample) => sample.value)).toEqual([1, "stale"]);
});

test("track_timestamps_staleness marks them too", async () => {
  await using exporter = await startExporter(`a 1 ${OWN_MS}\n`);
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, trackTimestampsStaleness: true }));
  await harness.round();
  exporter.respond = textAnswer("");
  await harness.round();
  expect(Object.values(harness.store.values())).toEqual([[1, "stale"]]);
  expect(harness.store.report("up")).toEqual([1, 1]);
});

test("honor_timestamps false takes the time of the scrape", async () => {
  await using exporter = await startExporter(`a 1 ${OWN_MS}\n`);
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, honorTimestamps: false }));
  await harness.round();
  const [sample] = Object.values(harness.store.samples()).flat();
  expect(sample?.timestampMs).toBe(harness.time.nowMs());
});

test("rising timestamps of one series are all kept; others are counted, and the scrape stays up", async () => {
  const farMs = 1_700_000_000_000 + 3_600_000;
  const body = [
    `a 1 ${OWN_MS}`,
    `a 2 ${OWN_MS + 1}`,
    `a 2 ${OWN_MS + 1}`,
    `a 3 ${OWN_MS + 1}`,
    `a 4 ${OWN_MS}`,
    "b 1",
    "b 1",
    `c 1 ${farMs}`,
    "",
  ].join("\n");
  await using exporter = await startExporter(body);
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  expect(Object.values(harness.store.values())).toEqual([[1, 2], [1]]);
  expect(harness.store.report("up")).toEqual([1]);
  expect(harness.store.report("scrape_samples_post_metric_relabeling")).toEqual([8]);
  expect(harness.warnings).toEqual([
    "Error on ingesting out-of-order samples",
    "Error on ingesting samples with different value but same timestamp",
    "Error on ingesting samples that are too far into the future",
  ]);
});

test("timestamps of scrapes stand on a grid that begins at the target's place", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  for (let i = 0; i < 4; i++) await harness.round();
  const times = Object.values(harness.store.samples())
    .flat()
    .map((sample) => sample.timestampMs);
  expect(times.slice(1).map((time, i) => time - (times[i] ?? 0))).toEqual([10_000, 10_000, 10_000]);
});
