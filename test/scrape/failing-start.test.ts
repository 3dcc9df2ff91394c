import { expect, test } from "vitest";
import type { MemoryAppendable } from "./memory-appendable.ts";
import { jobConfig, startExporter, startHarness, TEXT, textAnswer } from "./scrape-fixture.ts";

const SERIES = 3_000;
const BODY = Array.from({ length: SERIES }, (_, i) => `m{i="${i}"} 1\n`).join("");

/** How often the store is asked for a series while `work` runs. */
async function seriesAsked(store: MemoryAppendable, work: () => Promise<void>): Promise<number> {
  const ensureSeries = store.ensureSeries.bind(store);
  let asked = 0;
  store.ensureSeries = (labels) => {
    asked += 1;
    return ensureSeries(labels);
  };
  await work();
  store.ensureSeries = ensureSeries;
  return asked;
}

test("what a scrape has resolved before it broke off is not resolved again by the next", async () => {
  await using exporter = await startExporter((_request, response) => {
    response.writeHead(200, { "content-type": TEXT, "content-length": `${BODY.length + 1}` });
    response.write(BODY);
    setTimeout(() => response.destroy(), 100);
  });
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  await harness.round();
  exporter.respond = textAnswer(BODY);
  const asked = await seriesAsked(harness.store, async () => await harness.round());
  expect(harness.error()).toBe("");
  expect(asked).toBeLessThan(10);
  // Nothing of the broken scrapes was stored, so all series are new now.
  expect(harness.store.report("scrape_series_added")).toEqual([0, 0, SERIES]);
  expect(harness.store.report("up")).toEqual([0, 0, 1]);
});

test("a target that shows other series at each failing scrape does not pile them up", async () => {
  let round = 0;
  await using exporter = await startExporter((_request, response) => {
    response.writeHead(200, { "content-type": TEXT });
    response.end(`${BODY.replaceAll("m{", `m${round++}{`)}7&-\n`);
  });
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  for (let i = 0; i < 4; i++) await harness.round();
  exporter.respond = textAnswer(BODY.replaceAll("m{", "m0{"));
  const asked = await seriesAsked(harness.store, async () => await harness.round());
  expect(asked).toBe(SERIES);
});
