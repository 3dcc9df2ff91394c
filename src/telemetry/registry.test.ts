import * as fc from "fast-check";
import { expect, test } from "vitest";
import { defineMetric } from "./define-metric.ts";
import { mergeFamilies, seriesOf } from "./merge-families.ts";
import { createRegistry } from "./registry.ts";
import { reportRuntime } from "./runtime-metrics.ts";

function family(registry: ReturnType<typeof createRegistry>, name: string) {
  const found = registry.collect().find((one) => one.definition.name === name);
  if (found === undefined) throw new Error(`no family ${name}`);
  return found;
}

function seriesMap(registry: ReturnType<typeof createRegistry>, name: string) {
  return new Map(
    Array.from(seriesOf(family(registry, name)), ([labels, values]) => [
      labels.join(","),
      [...values],
    ]),
  );
}

test("counts, sets and observes", () => {
  const registry = createRegistry();
  const requests = registry.counter({
    name: "gaugeway_test_requests",
    type: "counter",
    help: "Requests.",
    labels: ["code"],
  });
  requests.with("200").inc();
  requests.with("200").inc(2);
  requests.with("404").inc(Number.NaN);
  requests.with("404").inc(-1);
  const gauge = registry
    .gauge({ name: "gaugeway_test_size_bytes", type: "gauge", help: "Size.", unit: "bytes" })
    .with();
  gauge.set(5);
  gauge.add(-7);
  const latency = registry
    .histogram({
      name: "gaugeway_test_seconds",
      type: "histogram",
      help: "Time.",
      unit: "seconds",
      bounds: [1, 2],
    })
    .with();
  for (const value of [0.5, 1, 1.5, 3, Number.NaN]) latency.observe(value);

  expect(seriesMap(registry, "gaugeway_test_requests")).toEqual(
    new Map([
      ["200", [3]],
      ["404", [0]],
    ]),
  );
  expect(seriesMap(registry, "gaugeway_test_size_bytes")).toEqual(new Map([["", [-2]]]));
  expect(seriesMap(registry, "gaugeway_test_seconds")).toEqual(new Map([["", [2, 1, 1, 6]]]));
  expect(latency.count).toBe(4);
});

test("stays bounded whatever labels come, and loses no count", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.constantFrom("ok", "bad")), { maxLength: 200 }),
      (events) => {
        const registry = createRegistry();
        const counter = registry.counter({
          name: "gaugeway_test_scrapes",
          type: "counter",
          help: "Scrapes.",
          labels: ["tenant", "outcome"],
          openLabels: ["tenant"],
          seriesMax: 8,
        });
        for (const [tenant, outcome] of events) counter.with(tenant, outcome).inc();
        const all = Array.from(seriesOf(family(registry, "gaugeway_test_scrapes")));
        expect(all.length).toBeLessThanOrEqual(10);
        expect(all.reduce((sum, [, values]) => sum + (values[0] ?? 0), 0)).toBe(events.length);
        // The closed label keeps its meaning past the limit.
        for (const outcome of ["ok", "bad"]) {
          const counted = all
            .filter(([labels]) => labels[1] === outcome)
            .reduce((sum, [, values]) => sum + (values[0] ?? 0), 0);
          expect(counted).toBe(events.filter((event) => event[1] === outcome).length);
        }
      },
    ),
  );
});

test("handles stay valid while the family grows", () => {
  const registry = createRegistry();
  const counter = registry.counter({
    name: "gaugeway_test_things",
    type: "counter",
    help: "Things.",
    labels: ["n"],
  });
  const first = counter.with("first");
  for (let i = 0; i < 500; i++) counter.with(`${i}`).inc();
  first.inc();
  expect(first.value).toBe(1);
  expect(counter.with("first")).toBe(first);
});

test("past its limit a family says so in a metric of its own", () => {
  const registry = createRegistry();
  const gauge = registry.gauge({
    name: "gaugeway_test_levels",
    type: "gauge",
    help: "Levels.",
    labels: ["name"],
    seriesMax: 1,
  });
  gauge.with("a").set(1);
  gauge.with("b").set(2);
  gauge.with("c").set(3);
  expect(seriesMap(registry, "gaugeway_test_levels")).toEqual(
    new Map([
      ["a", [1]],
      ["other", [3]],
    ]),
  );
  expect(seriesMap(registry, "gaugeway_telemetry_series_overflows")).toEqual(
    new Map([["gaugeway_test_levels", [2]]]),
  );
});

function collectedBy(thread: string, common: number) {
  const registry = createRegistry();
  registry
    .counter({ name: "gaugeway_test_common", type: "counter", help: "Common." })
    .with()
    .inc(common);
  registry
    .gauge({ name: "gaugeway_test_heap", type: "gauge", help: "Heap.", labels: ["thread"] })
    .with(thread)
    .set(1);
  return structuredClone(registry.collect());
}

test("is plain data that another thread can read and merge", () => {
  const merged = mergeFamilies([collectedBy("main", 2), collectedBy("engine", 3)]);
  const names = merged.map((one) => one.definition.name);
  expect(new Set(names).size).toBe(names.length);
  const common = merged.find((one) => one.definition.name === "gaugeway_test_common");
  expect([...(common?.values ?? [])]).toEqual([5]);
  const heap = merged.find((one) => one.definition.name === "gaugeway_test_heap");
  expect(heap?.labelValues).toEqual(["main", "engine"]);
});

test("refuses names that an exposition could not carry", () => {
  const row = { name: "gaugeway_x", type: "counter", help: "X." } as const;
  expect(() => defineMetric(row)).not.toThrow();
  expect(() => defineMetric({ ...row, name: "gaugeway_x_total" })).toThrow("reserved suffix");
  expect(() => defineMetric({ ...row, name: "gaugewayX" })).toThrow("snake case");
  expect(() => defineMetric({ ...row, unit: "seconds" })).toThrow("lacks its unit");
  expect(() => defineMetric({ ...row, help: "no stop" })).toThrow("not a sentence");
  expect(() => defineMetric({ ...row, openLabels: ["a"] })).toThrow("no label");
  expect(() => defineMetric({ ...row, type: "histogram" })).toThrow("bounds");
  const registry = createRegistry();
  registry.counter(row);
  expect(() => registry.counter(row)).toThrow("registered twice");
});

test("reports the runtime: memory, event loop, file descriptors, versions", async () => {
  const registry = createRegistry();
  using _running = reportRuntime(registry, { thread: "main", version: "1.2.3" });
  await new Promise((resolve) => setTimeout(resolve, 60));
  const first = seriesMap(registry, "nodejs_eventloop_delay_seconds").get("main") ?? [];
  await new Promise((resolve) => setTimeout(resolve, 60));
  const second = seriesMap(registry, "nodejs_eventloop_delay_seconds").get("main") ?? [];
  const [count, earlierCount] = [second, first].map((values) =>
    values.slice(0, -1).reduce((a, b) => a + b, 0),
  );
  expect(count).toBeGreaterThan(earlierCount ?? 0);
  expect(Math.min(...second)).toBeGreaterThanOrEqual(0);
  expect(seriesMap(registry, "process_resident_memory_bytes").get("")?.[0]).toBeGreaterThan(1e6);
  expect(seriesMap(registry, "process_cpu_seconds").get("")?.[0]).toBeGreaterThan(0);
  expect([...seriesMap(registry, "gaugeway_build").keys()][0]).toMatch(/^1\.2\.3,\d+\./);
  expect(seriesMap(registry, "nodejs_heap_used_bytes").get("main")?.[0]).toBeGreaterThan(1e5);
});
