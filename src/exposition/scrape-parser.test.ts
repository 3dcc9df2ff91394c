import { expect, test } from "vitest";
import { type Exemplar, formatLabels, type Labels, type MetricMetadata } from "#model";
import { ExpositionError } from "./exposition-error.ts";
import type { ExpositionFormat } from "./format.ts";
import type { ScrapeHandler } from "./scrape-handler.ts";
import { createScrapeParser } from "./scrape-parser.ts";

const utf8 = new TextEncoder();

/** Writes down every call as one line, and gives tokens in order. */
class Recorder implements ScrapeHandler {
  calls: string[] = [];
  readonly names: string[] = [];
  readonly unwanted = new Set<string>();

  resolveSeries(labels: Labels, metadata: MetricMetadata | null): number {
    const name = formatLabels(labels);
    this.calls.push(`resolve ${name} ${metadata === null ? "?" : describe(metadata)}`);
    return this.unwanted.has(name) ? -7 : this.names.push(name) - 1;
  }

  sample(token: number, value: number, timestampMs: number): void {
    const time = Number.isNaN(timestampMs) ? "" : ` @${timestampMs}`;
    this.calls.push(`${this.names[token]} = ${Object.is(value, -0) ? "-0" : value}${time}`);
  }

  exemplar(token: number, exemplar: Exemplar): void {
    const { labels, value, timestampMs } = exemplar;
    this.calls.push(`${this.names[token]} # ${formatLabels(labels)} ${value} @${timestampMs}`);
  }

  metadataChanged(token: number, metadata: MetricMetadata): void {
    this.calls.push(`${this.names[token]} is ${describe(metadata)}`);
  }

  take(): string[] {
    return this.calls.splice(0);
  }
}

function describe(metadata: MetricMetadata): string {
  return [metadata.family, metadata.type, metadata.unit, JSON.stringify(metadata.help)].join(" ");
}

/** A parser and its recorder; `scrape` returns the calls of one scrape. */
function target(format: ExpositionFormat) {
  const recorder = new Recorder();
  const parser = createScrapeParser(recorder, { lineBytesMax: 1000 });
  const scrape = (body: string, chunkBytes = Infinity): string[] => {
    const bytes = utf8.encode(body);
    parser.begin(format);
    for (let i = 0; i < bytes.length; i += chunkBytes) {
      parser.push(bytes.subarray(i, i + chunkBytes));
    }
    parser.end();
    return recorder.take();
  };
  return { recorder, parser, scrape };
}

function refusal(format: ExpositionFormat, body: string): string {
  try {
    target(format).scrape(body);
  } catch (error) {
    if (error instanceof ExpositionError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

test("reads OpenMetrics: types, help, unit, timestamps, exemplars, _created", () => {
  const { scrape } = target("openmetrics-1.0.0");
  expect(
    scrape(
      [
        "# TYPE request_seconds histogram",
        "# UNIT request_seconds seconds",
        '# HELP request_seconds How \\\\ long\\nit \\"took\\"',
        'request_seconds_bucket{le="1.0"} 3 # {trace_id="a b"} 0.5 1.5',
        'request_seconds_bucket{le="+Inf"} 4.5e0 1520879607.789 # {} 2',
        "request_seconds_created 12.5",
        "other -Inf",
        "# EOF",
        "",
      ].join("\n"),
    ),
  ).toEqual([
    'resolve request_seconds_bucket{le="1.0"} request_seconds histogram seconds "How \\\\ long\\nit \\"took\\""',
    'request_seconds_bucket{le="1.0"} = 3',
    'request_seconds_bucket{le="1.0"} # {trace_id="a b"} 0.5 @1500',
    'resolve request_seconds_bucket{le="+Inf"} request_seconds histogram seconds "How \\\\ long\\nit \\"took\\""',
    'request_seconds_bucket{le="+Inf"} = 4.5 @1520879607789',
    'request_seconds_bucket{le="+Inf"} # {} 2 @null',
    'resolve request_seconds_created request_seconds histogram seconds "How \\\\ long\\nit \\"took\\""',
    "request_seconds_created = 12.5",
    "resolve other ?",
    "other = -Infinity",
  ]);
});

test("reads Prometheus text as leniently as Prometheus", () => {
  const { scrape } = target("text-0.0.4");
  expect(
    scrape(
      [
        "# a comment",
        "#another",
        "",
        "  \t",
        "# HELP x_total A \\\\ counter\\n\\q",
        "# TYPE x_total counter",
        'x_total { a = "b" , c="d\ne",} \t 1 \t 1395066363000 ',
        "# TYPE y untyped",
        "y{}-0",
        '{"my.metric", "label.name" = "x\\"y"} nAn',
      ].join("\n"),
    ),
  ).toEqual([
    'resolve x_total{a="b", c="d\\ne"} x counter  "A \\\\ counter\\n\\\\q"',
    'x_total{a="b", c="d\\ne"} = 1 @1395066363000',
    'resolve y y unknown  ""',
    "y = -0",
    'resolve my.metric{label.name="x\\"y"} ?',
    'my.metric{label.name="x\\"y"} = NaN',
  ]);
});

test("asks for a series once, and finds it again when lines come, go and move", () => {
  const { scrape } = target("text-0.0.4");
  scrape("a 1\nb 2\nc 3\n");
  expect(scrape("a 4\nb 5\nc 6\n")).toEqual(["a = 4", "b = 5", "c = 6"]);
  expect(scrape("c 7\nnew 8\na 9\nb 10\n")).toEqual([
    "c = 7",
    "resolve new ?",
    "new = 8",
    "a = 9",
    "b = 10",
  ]);
  expect(scrape("ab 1\na 2\n")).toEqual(["resolve ab ?", "ab = 1", "a = 2"]);
});

test("resolves anew what two completed scrapes have not shown, or what was told to forget", () => {
  const { scrape, parser } = target("text-0.0.4");
  scrape("a 1\nb 1\n");
  scrape("a 1\n");
  expect(scrape("a 1\nb 1\n")).toEqual(["a = 1", "b = 1"]);
  scrape("a 1\n");
  scrape("a 1\n");
  expect(scrape("a 1\nb 1\n")).toEqual(["a = 1", "resolve b ?", "b = 1"]);
  parser.forget(0);
  expect(scrape("a 1\nb 1\n")).toEqual(["resolve a ?", "a = 1", "b = 1"]);
  parser.forgetAll();
  expect(scrape("a 1\nb 1\n")).toEqual(["resolve a ?", "a = 1", "resolve b ?", "b = 1"]);
});

test("remembers that a series is not wanted", () => {
  const { scrape, recorder } = target("text-0.0.4");
  recorder.unwanted.add("b");
  expect(scrape("a 1\nb 1\n")).toEqual(["resolve a ?", "a = 1", "resolve b ?"]);
  expect(scrape("a 1\nb 1\n")).toEqual(["a = 1"]);
});

function bodyWith(help: string): string {
  return `# HELP a ${help}\n# TYPE a gauge\na 1\nb 1\n`;
}

test("tells of changed metadata, and only then", () => {
  const { scrape } = target("text-0.0.4");
  scrape(bodyWith("one"));
  expect(scrape(bodyWith("one"))).toEqual(["a = 1", "b = 1"]);
  expect(scrape(bodyWith("two"))).toEqual(["a = 1", "b = 1", 'a is a gauge  "two"']);
  expect(scrape(bodyWith("one"))).toEqual(["a = 1", "b = 1", 'a is a gauge  "one"']);
  expect(scrape(`${bodyWith("one")}# TYPE b counter\n`)).toEqual([
    "a = 1",
    "b = 1",
    'b is b counter  ""',
  ]);
});

test("a failed scrape leaves the cache usable", () => {
  const { scrape, recorder } = target("text-0.0.4");
  scrape("a 1\nb 2\n");
  expect(() => scrape("a 1\nb x\n")).toThrow(ExpositionError);
  recorder.take();
  expect(scrape("a 3\nb 4\n")).toEqual(["a = 3", "b = 4"]);
});

test.each([
  ["text-0.0.4", "a 1\nb x\n", "exposition_syntax line 2, column 3: expected a float value"],
  ["text-0.0.4", 'a{b="ü"} 1 x\n', "exposition_syntax line 1, column 12: expected a timestamp"],
  ["text-0.0.4", 'a{b="1",b="2"} 1\n', "exposition_syntax line 1, column 1: the label b"],
  ["text-0.0.4", 'a{b="1" 1\n', "exposition_syntax line 1, column 10: the label set is not"],
  ["text-0.0.4", '{a="b"} 1\n', "exposition_syntax line 1, column 1: the series has no metric"],
  ["text-0.0.4", "# TYPE a stateset\n", "exposition_syntax line 1, column 10: unknown metric type"],
  ["text-0.0.4", "a 1 # {} 1\n", "exposition_syntax line 1, column 5: expected a timestamp"],
  ["text-0.0.4", `a${"a".repeat(1000)} 1\n`, "exposition_line_too_long line 1, column 1001"],
  ["text-0.0.4", "a 0x10\n", "exposition_syntax line 1, column 4"],
  ["text-0.0.4", "a 1_0\n", "exposition_syntax line 1, column 4"],
  ["text-0.0.4", "a 1e999\n", "exposition_syntax line 1, column 3"],
  ["openmetrics-1.0.0", "a 1\n", "exposition_incomplete line 2, column 1"],
  ["openmetrics-1.0.0", "a 1\n\n# EOF\n", "exposition_syntax line 2, column 1: OpenMetrics has no"],
  ["openmetrics-1.0.0", "# x\n# EOF\n", "exposition_syntax line 1, column 3"],
  ["openmetrics-1.0.0", "a 1\r\n# EOF\n", "exposition_syntax line 1, column 4"],
  ["openmetrics-1.0.0", "# EOF\n\n", "exposition_syntax line 2, column 1: text after # EOF"],
  ["openmetrics-1.0.0", "# EOF\n# EOF", "exposition_syntax line 2, column 1: text after # EOF"],
  ["openmetrics-1.0.0", "# UNIT a s\n# EOF\n", "exposition_syntax line 1, column 10: the unit s"],
  ["openmetrics-1.0.0", "# TYPE a untyped\n# EOF\n", "exposition_syntax line 1, column 10"],
  ["openmetrics-1.0.0", "a\t1\n# EOF\n", "exposition_syntax line 1, column 2"],
  ["openmetrics-1.0.0", 'a{b="1", c="2"} 1\n# EOF\n', "exposition_syntax line 1, column 9"],
  ["openmetrics-1.0.0", "# EOF", "accepted"],
  ["openmetrics-1.0.0", "", "exposition_incomplete line 1, column 1"],
  ["text-1.0.0", "", "accepted"],
] as const)("%s %j: %s", (format, body, expected) => {
  expect(refusal(format, body)).toContain(expected);
});

test("reads the same however the body is split", () => {
  const document = [
    "# HELP a x",
    "# TYPE a gauge",
    'a{b="new\nlines\n\nin it",c="ü"} 1.5 2000',
    "a 1",
    'a{b="later"} 17',
    "",
  ].join("\n");
  const whole = target("text-0.0.4").scrape(document);
  for (let chunkBytes = 1; chunkBytes < document.length; chunkBytes++) {
    const { scrape } = target("text-0.0.4");
    expect(scrape(document, chunkBytes)).toEqual(whole);
    expect(scrape(document, chunkBytes)).toEqual(
      whole.filter((call) => !call.startsWith("resolve")),
    );
  }
});
