import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PLAIN_HTTP_CLIENT } from "#sources";
import { jobConfig, startExporter, startHarness, textAnswer, until } from "./scrape-fixture.ts";

test("a target shows what Prometheus' API shows", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness({ externalHost: "gateway.example" });
  const drop = {
    action: "drop",
    sourceLabels: ["__address__"],
    separator: ";",
    regex: "gone:.*",
    modulus: 0,
    targetLabel: "",
    replacement: "$1",
  } as const;
  const limits = { ...jobConfig().limits, droppedTargetsKept: 1 };
  const targets = [exporter.address, "gone:1", "gone:2", "bad/host"];
  harness.apply(
    jobConfig({ staticConfigs: [{ targets, labels: { env: "t" } }], relabelRules: [drop], limits }),
  );
  const discovered = {
    __metrics_path__: "/metrics",
    __scheme__: "http",
    __scrape_interval__: "10s",
    __scrape_timeout__: "10s",
    env: "t",
    job: "test",
  };
  expect(harness.manager.targets()).toMatchObject({
    activeTargets: [
      {
        discoveredLabels: { ...discovered, __address__: exporter.address },
        labels: { env: "t", instance: exporter.address, job: "test" },
        scrapePool: "test",
        scrapeUrl: `http://${exporter.address}/metrics`,
        globalUrl: `http://${exporter.address.replace("127.0.0.1", "gateway.example")}/metrics`,
        lastError: "",
        lastScrape: "0001-01-01T00:00:00Z",
        lastScrapeDuration: 0,
        health: "unknown",
        scrapeInterval: "10s",
        scrapeTimeout: "10s",
      },
    ],
    droppedTargets: [
      { discoveredLabels: { ...discovered, __address__: "gone:1" }, scrapePool: "test" },
    ],
    droppedTargetCounts: { test: 2 },
  });
  expect(harness.warnings[0]).toContain("not a valid hostname");
  await harness.round();
  const [target] = harness.manager.targets().activeTargets;
  expect(target).toMatchObject({
    health: "up",
    lastScrape: new Date(harness.time.nowMs()).toISOString(),
  });
});

test("equal targets are scraped once", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const group = { targets: [exporter.address], labels: {} };
  harness.apply(jobConfig({ staticConfigs: [group, group] }));
  await harness.round();
  expect(exporter.requests).toHaveLength(1);
});

test("more targets than target_limit: none is asked, all are down", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const groups = ["1", "2", "3"].map((n) => ({ targets: [exporter.address], labels: { n } }));
  const limits = { ...jobConfig().limits, targetsMax: 2 };
  harness.apply(jobConfig({ staticConfigs: groups, limits }));
  await harness.round();
  expect(harness.error()).toBe("target_limit exceeded (number of targets: 3, limit: 2)");
  expect(harness.store.report("up")).toEqual([0, 0, 0]);
  expect(exporter.requests).toHaveLength(0);
  harness.apply(jobConfig({ staticConfigs: groups.slice(1), limits }));
  await harness.round();
  expect(harness.manager.targets().activeTargets.map((target) => target.health)).toEqual([
    "up",
    "up",
  ]);
});

test("a removed target gets stale markers after a little more than two intervals, report included", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  await harness.round();
  const lastMs = harness.time.nowMs();
  harness.apply({ ...job, staticConfigs: [] });
  await until(() => harness.time.sleeping === 1, "the target lingers");
  harness.time.advance(10_000);
  await until(() => harness.time.sleeping === 1, "the target lingers on");
  harness.time.advance(10_999);
  expect(harness.store.batches).toHaveLength(1);
  harness.time.advance(1);
  await until(() => harness.store.batches.length === 2, "the markers are written");
  const samples = Object.values(harness.store.samples({ withReports: true }));
  expect(samples).toHaveLength(6);
  for (const list of samples) {
    expect(list.at(-1)).toEqual({ timestampMs: lastMs + 10_000, value: "stale" });
  }
});

test("a job that is removed ends in the same way", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  harness.apply();
  expect(harness.manager.targets().activeTargets).toEqual([]);
  await until(() => harness.time.sleeping === 1, "the target lingers");
  harness.time.advance(10_000);
  await until(() => harness.time.sleeping === 1, "the target lingers on");
  harness.time.advance(11_000);
  await until(() => harness.store.batches.length === 2, "the markers are written");
  expect(harness.store.report("up")).toEqual([1, "stale"]);
});

test("a target that was never scraped leaves nothing behind, nor does a shutdown", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  harness.apply({ ...job, staticConfigs: [] });
  await until(() => harness.time.sleeping === 0, "nothing waits");
  harness.apply(job);
  await harness.round();
  await harness.manager[Symbol.asyncDispose]();
  expect(harness.store.values()).toEqual({
    [`a{instance="${exporter.address}", job="test"}`]: [1],
  });
});

test("a target that comes back under the same labels goes on where the old one stopped", async () => {
  await using exporter = await startExporter("a 1\nb 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  await harness.round();
  harness.apply({ ...job, staticConfigs: [] });
  await until(() => harness.time.sleeping === 1, "the target lingers");
  exporter.respond = textAnswer("a 2\n");
  harness.apply({ ...job, params: { x: ["1"] } });
  await harness.round();
  for (let i = 0; i < 3; i++) await harness.round();
  expect(exporter.requests.at(-1)?.url).toBe("/metrics?x=1");
  expect(Object.values(harness.store.values())).toEqual([
    [1, 2, 2, 2, 2],
    [1, "stale"],
  ]);
});

test("a reload keeps the state of targets that stay, and applies the new rules to them", async () => {
  await using exporter = await startExporter("a 1\nb 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  await harness.round();
  const dropB = {
    action: "drop",
    sourceLabels: ["__name__"],
    separator: ";",
    regex: "b",
    modulus: 0,
    targetLabel: "",
    replacement: "$1",
  } as const;
  const headers = [{ name: "x-new", values: [{ kind: "inline", value: "1" }] }] as const;
  const http = { ...PLAIN_HTTP_CLIENT, headers };
  harness.apply({ ...job, metricRelabelRules: [dropB], http });
  expect(harness.manager.targets().activeTargets[0]?.health).toBe("up");
  await harness.round();
  expect(exporter.requests[1]?.headers["x-new"]).toBe("1");
  expect(Object.values(harness.store.values())).toEqual([
    [1, 1],
    [1, "stale"],
  ]);
});

test("a new interval replaces the target without making its series stale", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  await harness.round();
  harness.apply({ ...job, scrapeIntervalMs: 20_000 });
  await harness.round(20_000);
  await harness.round(20_000);
  expect(Object.values(harness.store.values())).toEqual([[1, 1, 1]]);
});

test("an expression that is not RE2 is refused, and what runs goes on", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const job = jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] });
  harness.apply(job);
  const rule = {
    action: "keep",
    sourceLabels: ["a"],
    separator: ";",
    regex: "(?=x)",
    modulus: 0,
    targetLabel: "",
    replacement: "$1",
  } as const;
  expect(() => harness.apply({ ...job, relabelRules: [rule] })).toThrow("is not valid RE2");
  expect(() => harness.apply(job, jobConfig({ jobName: "b", relabelRules: [rule] }))).toThrow(
    "is not valid RE2",
  );
  await harness.round();
  expect(harness.error()).toBe("");
});

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-discovery-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("file_sd: JSON and YAML files come, change, break and go", async () => {
  await withFolder(async (folder) => {
    await using harness = startHarness();
    const files = [join(folder, "*.json"), join(folder, "one.yml")];
    harness.apply(jobConfig({ fileSdConfigs: [{ files, refreshIntervalMs: 300_000 }] }));
    const found = (): string[] =>
      harness.manager
        .targets()
        .activeTargets.map(
          (target) => `${target.labels["instance"]} ${target.labels["zone"] ?? ""}`,
        )
        .toSorted((a, b) => (a < b ? -1 : 1));
    /** Editors replace files; the watch then waits a moment of stepped time. */
    const write = async (name: string, text: string): Promise<void> => {
      await writeFile(join(folder, "new.tmp"), text);
      await rename(join(folder, "new.tmp"), join(folder, name));
    };
    const becomes = async (expected: string[]): Promise<void> => {
      await until(
        () => {
          harness.time.advance(100);
          return JSON.stringify(found()) === JSON.stringify(expected);
        },
        `targets are ${expected.join(", ")}, not ${found().join(", ")}`,
      );
    };
    await write("a.json", '[{"targets":["h:1","h:2"],"labels":{"zone":"eu"}}]');
    await becomes(["h:1 eu", "h:2 eu"]);
    const [first] = harness.manager.targets().activeTargets;
    expect(first?.discoveredLabels["__meta_filepath"]).toBe(join(folder, "a.json"));
    await write("one.yml", "- targets: ['h:3']\n- targets: ['h:4']\n  labels: {zone: us}\n");
    await becomes(["h:1 eu", "h:2 eu", "h:3 ", "h:4 us"]);
    await write("a.json", '[{"targets":["h:1"],"labels":{"zone":5}}]');
    await until(() => {
      harness.time.advance(100);
      return harness.warnings.some((text) => text.includes("[0].labels.zone: expected a text"));
    }, "the broken file is reported");
    expect(found()).toHaveLength(4);
    await write("a.json", "[]");
    await becomes(["h:3 ", "h:4 us"]);
    await rm(join(folder, "one.yml"));
    await becomes([]);
  });
});

test("http_sd: the list is asked for again and again; a failure keeps the last one", async () => {
  await using service = await startExporter(
    textAnswer('[{"targets":["h:1"],"labels":{"a":"b"}}]', "application/json; charset=utf-8"),
  );
  await using harness = startHarness();
  const url = `http://${service.address}/sd?x=1`;
  const authentication = {
    kind: "authorization",
    type: "Bearer",
    credentials: { kind: "inline", value: "s" },
  } as const;
  const http = { ...PLAIN_HTTP_CLIENT, authentication };
  harness.apply(jobConfig({ httpSdConfigs: [{ url, refreshIntervalMs: 60_000, http }] }));
  const count = (): number => harness.manager.targets().activeTargets.length;
  await until(() => count() === 1, "one target is found");
  const [target] = harness.manager.targets().activeTargets;
  expect(target?.labels).toEqual({ a: "b", instance: "h:1", job: "test" });
  expect(target?.discoveredLabels["__meta_url"]).toBe(url);
  expect(service.requests[0]?.headers).toMatchObject({
    authorization: "Bearer s",
    "x-prometheus-refresh-interval-seconds": "60",
  });
  for (const [answer, warning] of [
    [textAnswer("[]", "text/plain"), /expected Content-Type application\/json/],
    [textAnswer("{", "application/json"), /not JSON/],
    [textAnswer('{"targets":[]}', "application/json"), /expected a list/],
  ] as const) {
    service.respond = answer;
    await until(() => {
      harness.time.advance(1_000);
      return harness.warnings.some((text) => warning.test(text));
    }, `${warning.source} is reported`);
    expect(count()).toBe(1);
  }
  service.respond = textAnswer('[{"targets":["h:1","h:2"]}]', "application/json");
  await until(() => {
    harness.time.advance(1_000);
    return count() === 2;
  }, "two targets are found");
});
