import { expect, test } from "vitest";
import { jobConfig, startExporter, startHarness, textAnswer } from "./scrape-fixture.ts";

test("samples are stored with the target's labels, and the report beside them", async () => {
  await using exporter = await startExporter('# TYPE a counter\na 1\nb{x="y"} 2.5\n');
  await using harness = startHarness();
  harness.apply(
    jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: { env: "t" } }] }),
  );
  await harness.round();
  await harness.round();
  const own = `env="t", instance="${exporter.address}", job="test"`;
  expect(harness.store.values()).toEqual({
    [`a{${own}}`]: [1, 1],
    [`b{${own}, x="y"}`]: [2.5, 2.5],
  });
  expect(harness.store.report("up")).toEqual([1, 1]);
  expect(harness.store.report("scrape_samples_scraped")).toEqual([2, 2]);
  expect(harness.store.report("scrape_samples_post_metric_relabeling")).toEqual([2, 2]);
  expect(harness.store.report("scrape_series_added")).toEqual([2, 0]);
  expect(harness.store.batches).toEqual([7, 7]);
});

test("series that vanish get one stale marker, and count as added when they return", async () => {
  await using exporter = await startExporter("a 1\nb 1\n");
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  for (const body of ["a 2\n", "a 3\n", "a 4\nb 4\n"]) {
    exporter.respond = textAnswer(body);
    await harness.round();
  }
  expect(Object.values(harness.store.values())).toEqual([
    [1, 2, 3, 4],
    [1, "stale", 4],
  ]);
  expect(harness.store.report("scrape_series_added")).toEqual([2, 0, 0, 1]);
});
