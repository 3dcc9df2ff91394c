import { expect, test } from "vitest";
import type { RelabelRule, ScrapeJobConfig } from "#sources";
import { jobConfig, startExporter, startHarness } from "./scrape-fixture.ts";

/** Scrapes the body once; series as stored, without the instance's port. */
async function storedSeries(
  body: string,
  overrides: Partial<ScrapeJobConfig> = {},
  targetLabels: Record<string, string> = {},
): Promise<string[]> {
  await using exporter = await startExporter(body);
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: targetLabels }];
  harness.apply(jobConfig({ staticConfigs, ...overrides }));
  await harness.round();
  expect(harness.error()).toBe("");
  const names = Object.keys(harness.store.values());
  return names.map((name) => name.replaceAll(exporter.address, "T")).toSorted();
}

test("honor_labels false: the target's labels win, the exposed ones move to exported_", async () => {
  const body = 'm{instance="own",job="j",exported_job="e",x="y"} 1\n';
  expect(await storedSeries(body)).toEqual([
    'm{exported_exported_job="j", exported_instance="own", exported_job="e", instance="T", job="test", x="y"}',
  ]);
});

test("honor_labels false: an exposed exported_ label that collides itself moves on", async () => {
  const body = 'm{foo="1",exported_foo="2"} 1\n';
  const labels = { foo: "t1", exported_foo: "t2" };
  // foo moves first and finds exported_foo taken by the target; exported_foo moves after it.
  expect(await storedSeries(body, {}, labels)).toEqual([
    'm{exported_exported_exported_foo="2", exported_exported_foo="1", exported_foo="t2", foo="t1", instance="T", job="test"}',
  ]);
});

test("honor_labels true: the exposed labels win, an empty one keeps the target's away", async () => {
  const body = 'm{instance="",job="j"} 1\nn{x="y"} 1\no{instance="own"} 1\n';
  expect(await storedSeries(body, { honorLabels: true })).toEqual([
    'm{job="j"}',
    'n{instance="T", job="test", x="y"}',
    'o{instance="own", job="test"}',
  ]);
});

test("honor_labels false: an empty exposed label is no label", async () => {
  expect(await storedSeries('m{instance=""} 1\n')).toEqual(['m{instance="T", job="test"}']);
});

test("buckets have canonical bounds", async () => {
  const body = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_count 1\n';
  expect((await storedSeries(body)).map((name) => /le="([^"]*)"/.exec(name)?.[1])).toEqual([
    "+Inf",
    "1.0",
    undefined,
  ]);
});

function rule(overrides: Partial<RelabelRule>): RelabelRule {
  return {
    action: "replace",
    sourceLabels: [],
    separator: ";",
    regex: "(.*)",
    modulus: 0,
    targetLabel: "",
    replacement: "$1",
    ...overrides,
  };
}

test("metric relabeling drops, renames and merges; what it drops is counted as scraped only", async () => {
  await using exporter = await startExporter('a{x="1"} 1\na{x="2"} 2\nb 3\nc 4\n');
  await using harness = startHarness();
  const metricRelabelRules = [
    rule({ action: "drop", sourceLabels: ["__name__"], regex: "b" }),
    rule({ action: "labeldrop", regex: "x|instance" }),
    rule({ sourceLabels: ["__name__"], regex: "c", targetLabel: "__name__", replacement: "d" }),
  ];
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, metricRelabelRules }));
  await harness.round();
  await harness.round();
  // Both texts of a{x} mean one series: the first wins.
  expect(harness.store.values()).toEqual({ 'a{job="test"}': [1, 1], 'd{job="test"}': [4, 4] });
  expect(harness.store.report("scrape_samples_scraped")).toEqual([4, 4]);
  expect(harness.store.report("scrape_samples_post_metric_relabeling")).toEqual([3, 3]);
  expect(harness.warnings.filter((text) => text.includes("same timestamp"))).toHaveLength(2);
});

test("relabeling that leaves no name fails the scrape", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const metricRelabelRules = [rule({ action: "labeldrop", regex: "__name__" })];
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, metricRelabelRules }));
  await harness.round();
  expect(harness.error()).toContain("missing metric name");
  expect(harness.store.report("up")).toEqual([0]);
});

test("legacy validation refuses names outside the classic set", async () => {
  await using exporter = await startExporter('{"grün"} 1\n');
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, metricNameValidation: "legacy" }));
  await harness.round();
  expect(harness.error()).toContain("invalid metric name");
});

test("target relabeling shapes address, path, parameters, interval and labels", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const relabelRules = [
    rule({ sourceLabels: ["__address__"], targetLabel: "__param_target" }),
    rule({ targetLabel: "__address__", replacement: exporter.address }),
    rule({ targetLabel: "__metrics_path__", replacement: "/probe" }),
    rule({ targetLabel: "__scrape_interval__", replacement: "40s" }),
    rule({ targetLabel: "__scrape_timeout__", replacement: "30s" }),
    rule({ sourceLabels: ["__param_target"], targetLabel: "instance" }),
  ];
  const params = { module: ["http_2xx"], target: ["default", "second"] };
  const staticConfigs = [{ targets: ["example.org"], labels: { __meta_x: "1" } }];
  harness.apply(jobConfig({ staticConfigs, relabelRules, params }));
  await harness.round(40_000);
  expect(exporter.requests[0]?.url).toBe("/probe?module=http_2xx&target=example.org&target=second");
  const [target] = harness.manager.targets().activeTargets;
  expect(target).toMatchObject({
    labels: { instance: "example.org", job: "test" },
    discoveredLabels: { __address__: "example.org", __meta_x: "1", __scrape_interval__: "10s" },
    scrapeInterval: "40s",
    scrapeTimeout: "30s",
    health: "up",
  });
  expect(Object.keys(target?.labels ?? {})).toEqual(["instance", "job"]);
});
