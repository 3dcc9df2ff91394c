import { expect, test } from "vitest";
import type { ExpositionFormat } from "./format.ts";
import { lint } from "./lint.ts";

function findings(format: ExpositionFormat, lines: readonly string[]): string[] {
  const report = lint(new TextEncoder().encode(lines.join("\n")), format);
  const errors = report.findings.filter(({ severity }) => severity === "error");
  expect(report.isValid).toBe(errors.length === 0);
  return report.findings.map(
    ({ severity, code, line, column, metric, message }) =>
      `${line}:${column} ${severity} ${code} ${metric}: ${message}`,
  );
}

test("has nothing to say of a good document", () => {
  const help = "# HELP a_seconds_total Time spent";
  expect(
    findings("text-0.0.4", [help, "# TYPE a_seconds_total counter", "a_seconds_total 1"]),
  ).toEqual([]);
  const family = ["# TYPE a counter", "# HELP a Things", "a_total 1", "# EOF"];
  expect(findings("openmetrics-1.0.0", family)).toEqual([]);
});

test("OpenMetrics: warnings up to the first error", () => {
  const lines = ["# TYPE a gauge", "a 1 5", "b{c=1} 2", "# EOF"];
  expect(findings("openmetrics-1.0.0", lines)).toEqual([
    "3:5 error exposition_syntax : expected a quoted label value",
  ]);
  expect(findings("openmetrics-1.0.0", ["# TYPE a gauge", "a 1 5", "_x 2", "# EOF"])).toEqual([
    "1:1 warning no_help a: no help text",
    "1:1 warning explicit_timestamp a: explicit timestamps switch off staleness marking, and vanished series linger",
    "3:1 warning no_help _x: no help text",
    "3:1 warning no_type _x: no TYPE line",
    "3:1 warning reserved_name _x: metric names that start with _ are reserved",
  ]);
});

test("Prometheus text: every fault, each with its line", () => {
  const lines = [
    "# HELP a_total x",
    "# HELP a_total y",
    "# TYPE a_total counter",
    "# TYPE a_total counter",
    "a_total 1",
    "a_total{} 2",
    "a_total x",
    "# HELP h x",
    "# TYPE h histogram",
    'h_bucket{le="x"} 1',
    "# TYPE h_bucket meh",
    "a_total 1 2.5",
    'a_total{a="',
  ];
  expect(findings("text-0.0.4", lines)).toEqual([
    "2:1 error exposition_rule : a second HELP of a_total",
    "4:1 error exposition_rule : a second TYPE of a_total",
    "6:1 error exposition_rule : the series is there twice",
    "7:9 error exposition_syntax : expected a float value",
    "10:1 error exposition_rule : le must be a number",
    "11:17 error exposition_syntax : unknown metric type meh",
    "12:11 error exposition_syntax : expected a timestamp in whole milliseconds or a new line",
    "13:1 error exposition_syntax : a quoted string is not closed",
  ]);
});

test.each([
  ["counter", "a", [], 'counter_without_total a: counter metrics should have "_total" suffix'],
  ["gauge", "a_total", [], 'reserved_suffix a_total: non-counter metrics should not have "_total"'],
  ["gauge", "a_bucket", [], 'reserved_suffix a_bucket: non-histogram metrics should not have "_bu'],
  ["gauge", "a_count", [], "reserved_suffix a_count: non-histogram and non-summary metrics"],
  ["gauge", "a", ["le"], 'reserved_label a: non-histogram metrics should not have "le" label'],
  ["gauge", "a", ["quantile"], 'reserved_label a: non-summary metrics should not have "quantile"'],
  ["gauge", "a_gauge", [], "type_in_name a_gauge: metric name should not include type 'gauge'"],
  ["gauge", "a:b", [], "colon_in_name a:b: metric names should not contain ':'"],
  ["gauge", "aB", [], "camel_case aB: aB should be written in 'snake_case'"],
  ["gauge", "a", ["cD"], "camel_case a: cD should be written in 'snake_case'"],
  ["gauge", "a_milliseconds", [], 'unit a_milliseconds: use base unit "seconds"'],
  ["gauge", "a_ms", [], 'unit a_ms: metric names should not contain abbreviated units: "ms"'],
  ["gauge", "a_percent", [], 'unit a_percent: use base unit "ratio" instead of "percent"'],
  ["gauge", "a", ["__b"], "reserved_name a: label names that start with __ are reserved: __b"],
])("warns of %s %s %j", (type, name, labels, expected) => {
  const labelSet = labels.map((label) => `${label}="0"`).join(",");
  const remarks = findings("text-0.0.4", [
    `# HELP ${name} x`,
    `# TYPE ${name} ${type}`,
    `${name}{${labelSet}} 1`,
  ]);
  expect(remarks).toHaveLength(1);
  expect(remarks[0]).toContain(`1:1 warning ${expected}`);
});
