import { expect, test } from "vitest";
import { labelsOfRecord, type MetricMetadata, type MetricType } from "#model";
import type { EscapingScheme } from "./escaping.ts";
import type { ExpositionFormat } from "./format.ts";
import { type SampleToWrite, writeExposition } from "./write-exposition.ts";

function about(family: string, type: MetricType, help = "", unit = ""): MetricMetadata {
  return { family, type, help, unit };
}

function sample(
  name: string,
  labels: Record<string, string>,
  value: number,
  metadata: MetricMetadata | null,
): SampleToWrite {
  return { labels: labelsOfRecord({ __name__: name, ...labels }), value, metadata };
}

function written(
  samples: readonly SampleToWrite[],
  format: ExpositionFormat,
  escaping: EscapingScheme = "underscores",
  timestamps = false,
): string[] {
  const bytes = writeExposition(samples, { format, escaping, timestamps });
  return new TextDecoder().decode(bytes).trimEnd().split("\n");
}

const requests = about("requests", "counter", 'Served "\\\n');
const latency = about("latency_seconds", "histogram", "How long", "seconds");
const everyType: readonly SampleToWrite[] = [
  sample("requests_created", {}, 1_600_000_000, requests),
  sample("requests_total", { code: '2"\\\n' }, 7, requests),
  sample("latency_seconds_sum", { a: "x" }, 1.5, latency),
  sample("latency_seconds_bucket", { a: "x", le: "+Inf" }, 3, latency),
  sample("latency_seconds_bucket", { a: "x", le: "10" }, 2, latency),
  sample("latency_seconds_bucket", { a: "x", le: "9" }, 1, latency),
  sample("latency_seconds_count", { a: "x" }, 3, latency),
  sample("build_info", { version: "1" }, 1, about("build", "info")),
  sample("mode", { mode: "on" }, 1, about("mode", "stateset")),
  sample("odd", {}, NaN, null),
  sample("size_bytes", {}, -Infinity, about("size_bytes", "gauge", "", "bytes")),
  sample("wait", { quantile: "1" }, 5, about("wait", "summary")),
  sample("wait_count", {}, 9, about("wait", "summary")),
  sample("queue_bucket", { le: "+Inf" }, 4, about("queue", "gaugehistogram")),
  sample("queue_gcount", {}, 4, about("queue", "gaugehistogram")),
  sample("queue_gsum", {}, 2, about("queue", "gaugehistogram")),
];

test("writes every type in OpenMetrics", () => {
  expect(written(everyType, "openmetrics-1.0.0")).toEqual([
    "# TYPE build info",
    'build_info{version="1"} 1',
    "# TYPE latency_seconds histogram",
    "# UNIT latency_seconds seconds",
    "# HELP latency_seconds How long",
    'latency_seconds_bucket{a="x",le="9.0"} 1',
    'latency_seconds_bucket{a="x",le="10.0"} 2',
    'latency_seconds_bucket{a="x",le="+Inf"} 3',
    'latency_seconds_count{a="x"} 3',
    'latency_seconds_sum{a="x"} 1.5',
    "# TYPE mode stateset",
    'mode{mode="on"} 1',
    "# TYPE odd unknown",
    "odd NaN",
    "# TYPE queue gaugehistogram",
    'queue_bucket{le="+Inf"} 4',
    "queue_gcount 4",
    "queue_gsum 2",
    "# TYPE requests counter",
    '# HELP requests Served \\"\\\\\\n',
    "requests_created 1600000000",
    'requests_total{code="2\\"\\\\\\n"} 7',
    "# TYPE size_bytes gauge",
    "# UNIT size_bytes bytes",
    "size_bytes -Inf",
    "# TYPE wait summary",
    'wait{quantile="1.0"} 5',
    "wait_count 9",
    "# EOF",
  ]);
});

test("writes the same data in Prometheus text", () => {
  expect(written(everyType, "text-0.0.4")).toEqual([
    "# TYPE build_info gauge",
    'build_info{version="1"} 1',
    "# HELP latency_seconds How long",
    "# TYPE latency_seconds histogram",
    'latency_seconds_bucket{a="x",le="9.0"} 1',
    'latency_seconds_bucket{a="x",le="10.0"} 2',
    'latency_seconds_bucket{a="x",le="+Inf"} 3',
    'latency_seconds_count{a="x"} 3',
    'latency_seconds_sum{a="x"} 1.5',
    "# TYPE mode gauge",
    'mode{mode="on"} 1',
    "# TYPE odd untyped",
    "odd NaN",
    "# TYPE queue histogram",
    'queue_bucket{le="+Inf"} 4',
    "# TYPE queue_gcount gauge",
    "queue_gcount 4",
    "# TYPE queue_gsum gauge",
    "queue_gsum 2",
    '# HELP requests_total Served "\\\\\\n',
    "# TYPE requests_total counter",
    'requests_total{code="2\\"\\\\\\n"} 7',
    "# TYPE size_bytes gauge",
    "size_bytes -Inf",
    "# TYPE wait summary",
    'wait{quantile="1.0"} 5',
    "wait_count 9",
  ]);
});

test("a name that cannot keep its family becomes one of its own", () => {
  const samples = [
    sample("bare", {}, 1, about("bare", "counter", "no suffix")),
    sample("a_total", {}, 1, about("a", "counter")),
    sample("a_created", {}, 2, about("a_created", "gauge")),
    sample("b", {}, 1, about("b", "gauge")),
    sample("b_total", {}, 1, about("b", "counter")),
  ];
  expect(written(samples, "openmetrics-1.0.0")).toEqual([
    "# TYPE a_created gauge",
    "a_created 2",
    "# TYPE a_total unknown",
    "a_total 1",
    "# TYPE b gauge",
    "b 1",
    "# TYPE b_total unknown",
    "b_total 1",
    "# TYPE bare unknown",
    "# HELP bare no suffix",
    "bare 1",
    "# EOF",
  ]);
  expect(written(samples, "text-0.0.4")).toEqual([
    "# TYPE a_created gauge",
    "a_created 2",
    "# TYPE a_total counter",
    "a_total 1",
    "# TYPE b gauge",
    "b 1",
    "# TYPE b_total counter",
    "b_total 1",
    "# HELP bare no suffix",
    "# TYPE bare counter",
    "bare 1",
  ]);
});

test("timestamps only where asked for, in the unit of the format", () => {
  const samples = [{ ...sample("a", {}, 1, null), timestampMs: 1_500_000_000_250 }];
  expect(written(samples, "text-0.0.4")).toContain("a 1");
  expect(written(samples, "text-0.0.4", "underscores", true)).toContain("a 1 1500000000250");
  expect(written(samples, "openmetrics-1.0.0", "underscores", true)).toContain("a 1 1500000000.25");
});

test("exemplars only in OpenMetrics, on buckets and counters, up to 128 characters", () => {
  const exemplar = { labels: labelsOfRecord({ id: "x" }), value: 1, timestampMs: 1500 };
  const long = { ...exemplar, labels: labelsOfRecord({ id: "x".repeat(127) }) };
  const samples = [
    { ...sample("a_total", {}, 1, about("a", "counter")), exemplar },
    { ...sample("b", {}, 1, about("b", "gauge")), exemplar },
    { ...sample("c_total", {}, 1, about("c", "counter")), exemplar: long },
  ];
  const lines = written(samples, "openmetrics-1.0.0").filter((line) => !line.startsWith("#"));
  expect(lines).toEqual(['a_total 1 # {id="x"} 1.0 1.5', "b 1", "c_total 1"]);
  expect(written(samples, "text-0.0.4").join()).not.toContain("id");
});

test.each([
  ["underscores", "U__a_2e_b", "a_b", 'U__a_2e_b{U__c_2e_d="1",c_d="2"} 1'],
  ["dots", "a_dot_b", "a_b", 'a_dot_b{c_dot_d="1",c_d="2"} 1'],
  ["values", "U__a_2e_b", "a_b", 'U__a_2e_b{U__c_2e_d="1",c_d="2"} 1'],
  ["allow-utf-8", '"a.b"', "a_b", '{"a.b","c.d"="1",c_d="2"} 1'],
] as const)("escapes names by %s, and keeps two names two", (scheme, name, other, line) => {
  const samples = [
    sample("a.b", { "c.d": "1", c_d: "2" }, 1, about("a.b", "gauge")),
    sample("a_b", {}, 2, about("a_b", "gauge")),
  ];
  const lines = written(samples, "openmetrics-1.0.0", scheme);
  expect(lines).toContain(`# TYPE ${name} gauge`);
  expect(lines).toContain(line);
  expect(lines).toContain(`${other} 2`);
});

test("two spellings of one bound are one line", () => {
  const metadata = about("h", "histogram");
  const samples = [
    sample("h_bucket", { le: "1" }, 5, metadata),
    sample("h_bucket", { le: "1.0" }, 4, metadata),
    sample("h_bucket", { le: "+Inf" }, 5, metadata),
  ];
  expect(written(samples, "text-0.0.4")).toEqual([
    "# TYPE h histogram",
    'h_bucket{le="1.0"} 5',
    'h_bucket{le="+Inf"} 5',
  ]);
});
