import { expect, test } from "vitest";
import { createRegistry } from "./registry.ts";
import { renderFamilies } from "./render-families.ts";

function exampleFamilies() {
  const registry = createRegistry();
  registry
    .counter({ name: "gaugeway_test_requests", type: "counter", help: "Requests.", labels: ["a"] })
    .with('x"\n\\')
    .inc(3);
  registry.info({ name: "gaugeway_test", type: "info", help: "Info.", labels: ["v"] }, ["1"]);
  const seconds = registry
    .histogram({
      name: "gaugeway_test_wait_seconds",
      type: "histogram",
      help: "Time.",
      unit: "seconds",
      bounds: [0.5, 1],
    })
    .with();
  for (const value of [0.25, 0.75, 9]) seconds.observe(value);
  return registry.collect();
}

test("renders OpenMetrics with cumulative buckets, units and the end mark", () => {
  const text = Buffer.from(renderFamilies([exampleFamilies()], "openmetrics-1.0.0")).toString();
  expect(text).toContain('gaugeway_test_requests_total{a="x\\"\\n\\\\"} 3\n');
  expect(text).toContain('gaugeway_test_info{v="1"} 1\n');
  expect(text).toContain("# UNIT gaugeway_test_wait_seconds seconds\n");
  expect(text).toContain(`gaugeway_test_wait_seconds_bucket{le="0.5"} 1
gaugeway_test_wait_seconds_bucket{le="1.0"} 2
gaugeway_test_wait_seconds_bucket{le="+Inf"} 3
gaugeway_test_wait_seconds_count 3
gaugeway_test_wait_seconds_sum 10
`);
  expect(text.endsWith("# EOF\n")).toBe(true);
});

test("renders Prometheus text without what that format does not know", () => {
  const text = Buffer.from(renderFamilies([exampleFamilies()], "text-0.0.4")).toString();
  expect(text).toContain("# TYPE gaugeway_test_requests_total counter\n");
  expect(text).toContain("# TYPE gaugeway_test_info gauge\n");
  expect(text).not.toContain("# UNIT");
  expect(text).not.toContain("# EOF");
});

test("merges threads into one family each", () => {
  const text = Buffer.from(
    renderFamilies([exampleFamilies(), exampleFamilies()], "openmetrics-1.0.0"),
  ).toString();
  expect(text.match(/# TYPE gaugeway_test_requests counter/g)).toHaveLength(1);
  expect(text).toContain("} 6\n");
});
