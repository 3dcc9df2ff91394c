/** Own cases for every group of rules of OpenMetrics 1.0.0, beside the shared ones. */
import { expect, test } from "vitest";
import { ExpositionError, parseStrict } from "#exposition";

const utf8 = new TextEncoder();

function verdict(lines: string): string {
  try {
    parseStrict(utf8.encode(lines));
    return "valid";
  } catch (error) {
    if (error instanceof ExpositionError) return `${error.line}:${error.column} ${error.reason}`;
    throw error;
  }
}

/** Complete but for the end line. */
test.each([
  // Metadata.
  "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1",
  "# UNIT a_seconds seconds\n# HELP a_seconds help\n# TYPE a_seconds counter",
  "# HELP a foo\\\na 1",
  '# HELP a \\\\"\n# TYPE a gauge',
  "# HELP a ü\t\r end",
  "# TYPE a:b gauge\na:b 1",
  // Labels.
  'a{a="}{",b=" # {",c="\\x\\n\\"\\\\"} 1',
  'a{foo="b\u0000ar"} 1',
  'a{_a1="1"} 1',
  // Values and times.
  "a +1.5e-3 1.5e9",
  "a .5\nb 5.\nc -INF\nd nAn\ne Infinity\nf 1E5",
  "a 1 -0.5\na 2 -0.25",
  '# TYPE a info\na_info{a="1"} 1 1\na_info{a="2"} 1 0',
  'a{a="1"} 1 0\na{a="1"} 2 0\na{a="2"} 1 0',
  // Types.
  "# TYPE a counter\na_total 1\na_created 2",
  '# TYPE a stateset\na{a="x"} 1\na{a="y"} 0',
  '# TYPE a info\na_info{x="y"} 1.0',
  '# TYPE a summary\na{quantile="0.5"} NaN\na_count 1\na_sum 2\na_created 3',
  '# TYPE a histogram\na_bucket{le="-1.0"} 1\na_bucket{le="+Inf"} 2',
  '# TYPE a histogram\na_bucket{le="1",x="1"} 1 1\na_bucket{le="+Inf",x="1"} 2 1\na_bucket{le="1",x="1"} 1 2\na_bucket{le="+Inf",x="1"} 2 2',
  '# TYPE a gaugehistogram\na_bucket{le="-1"} 0\na_bucket{le="+Inf"} 2\na_gcount 2\na_gsum -2.5',
  // Exemplars.
  "# TYPE a counter\na_total 1 1 # {} NaN 1.5e3",
  '# TYPE a counter\na_total 1 # {a="# }"} +Inf',
])("takes %j", (lines) => {
  expect(verdict(`${lines}\n# EOF\n`)).toBe("valid");
  expect(verdict(`${lines}\n# EOF`)).toBe("valid");
});

test.each([
  // Lines.
  ["", "1:1 OpenMetrics has no blank lines"],
  [" a 1", "1:1 expected a metric name"],
  ["a 1\r", "1:4 expected a new line"],
  ["#comment", "1:1 OpenMetrics has no comments"],
  ["# comment", "1:3 expected HELP, TYPE, UNIT or EOF"],
  ["# EOF ", "1:3 expected HELP"],
  // Metadata.
  ["# HELP", "1:3 expected HELP"],
  ["# HELP a", "1:9 expected a text"],
  ["# HELP  a b", "1:8 expected a metric name"],
  ['# HELP "a" b', "1:1 OpenMetrics 1.0.0 has no quoted names"],
  ["# TYPE a Gauge", "1:10 unknown metric type Gauge"],
  ["# TYPE a untyped", "1:10 unknown metric type untyped"],
  ["# UNIT a_seconds second", "1:18 the unit second is not the suffix"],
  ["# UNIT seconds seconds", "1:16 the unit seconds is not the suffix"],
  ["# TYPE a_x info\n# UNIT a_x x", "1:1 a_x has a unit"],
  ["# HELP a x\n# HELP a y", "2:1 a second HELP of a"],
  ["# UNIT a \n# UNIT a ", "2:1 a second UNIT of a"],
  ["# TYPE a gauge\na 1\n# HELP a x", "3:1 HELP of a after its samples"],
  // Names that clash.
  ["# TYPE a counter\n# TYPE b gauge\n# TYPE a counter", "3:1 the name a "],
  ["# TYPE a counter\n# TYPE a_created gauge", "2:1 the name a_created"],
  ["# TYPE a histogram\n# TYPE a_count counter", "2:1 the name a_count belongs"],
  ["# TYPE a summary\n# TYPE a_count counter", "2:1 the name a_count"],
  ["a 1\nb 1\na 2", "3:1 the name a belongs"],
  ["# TYPE a counter\na 1", "2:1 the name a belongs"],
  ["# TYPE a_total counter\na_total 1", "2:1 the name a_total belongs"],
  // Labels.
  ['a{a="1",} 1', "1:9 expected a label name"],
  ['a{,a="1"} 1', "1:3 expected a label name"],
  ['a{a="1" ,b="2"} 1', "1:8 expected a comma or }"],
  ['a{a ="1"} 1', "1:4 expected ="],
  ['a{a="1"}1', "1:9 expected a space and a value"],
  ['a {a="1"} 1', "1:3 expected a value"],
  ['a{a="1",a="2"} 1', "1:9 the label a is given twice"],
  ['a{a:b="1"} 1', "1:4 expected ="],
  ['a{__name__="b"} 1', "1:3 the name stands before the braces"],
  ['a{a="1\n"} 1', "1:7 the quoted string is not closed"],
  // Values and times.
  ["a", "1:2 expected a space and a value"],
  ["a  1", "1:3 expected a value"],
  ["a 1_000", "1:4 expected a new line"],
  ["a +NaN", "1:3 expected a value"],
  ["a 1e", "1:3 expected a value"],
  ["a 1 ", "1:5 expected a timestamp"],
  ["a 1 NaN", "1:5 a timestamp is a finite number"],
  ["a 1 +Inf", "1:5 a timestamp is a finite number"],
  ["a 1 1  # {} 1", "1:7 expected a new line or an exemplar"],
  ["a 1 2\na 1 1", "2:1 the timestamps of a metric go backwards"],
  ["a 1\na 1 1", "2:1 some samples of a metric have a timestamp"],
  ["a 1 1\na 1", "2:1 some samples of a metric have a timestamp"],
  ["a 1\na 2", "2:1 the series is there twice"],
  ['a{b=""} 1\na 2', "2:1 the series is there twice"],
  ['a{b="1"} 1\na{b="2"} 1\na{b="1"} 1', "3:1 the samples of a metric are interleaved"],
  // Types.
  ["# TYPE a counter\na_total -1", "2:1 _total is negative"],
  ['# TYPE a info\na_info{b="c"} 0', "2:1 the value of an info's sample is 1"],
  ['# TYPE a stateset\na{a="x"} 0.5', "2:1 the value of a stateset's"],
  ['# TYPE a stateset\na{b="x"} 1', "2:1 a sample of a stateset has a label"],
  ['# TYPE a summary\na{quantile="x"} 1', "2:1 quantile must be a number"],
  ['# TYPE a summary\na{quantile="0.5"} -1', "2:1 a quantile is negative"],
  ["# TYPE a summary\na_count 1.5", "2:1 _count must be a whole number"],
  ['# TYPE a histogram\na_bucket{le="Inf"} 1', "2:1 infinity is written +Inf"],
  ['# TYPE a histogram\na_bucket{le="x"} 1', "2:1 le must be a number"],
  ['# TYPE a histogram\na_bucket{le="+Inf"} 1.5', "2:1 _bucket must be a whole number"],
  ['# TYPE a histogram\na_bucket{le="1"} 1', "2:1 the histogram a has no +Inf bucket"],
  [
    '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="1.0"} 1\na_bucket{le="+Inf"} 1',
    "3:1 buckets are not in order",
  ],
  [
    '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1',
    "3:1 buckets are not cumulative",
  ],
  ['# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1', "2:1 the histogram a has only one of"],
  [
    '# TYPE a histogram\na_bucket{le="-1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1',
    "2:1 the histogram a has a sum although",
  ],
  [
    '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_gsum -1\na_gcount 1',
    "2:1 the histogram a has a negative sum",
  ],
  // Exemplars.
  ["# TYPE a gauge\na 1 # {} 1", "2:1 only buckets and the totals"],
  ["# TYPE a counter\na_created 1 # {} 1", "2:1 only buckets and the totals"],
  ["# TYPE a counter\na_total 1 # {} ", "2:16 expected the exemplar's value"],
  ["# TYPE a counter\na_total 1 # {}", "2:15 expected a space and the exemplar's value"],
  ["# TYPE a counter\na_total 1 # {} 1 Inf", "2:18 a timestamp is a finite number"],
  ["# TYPE a counter\na_total 1 # {} 1 1 1", "2:19 expected a new line"],
  [`# TYPE a counter\na_total 1 # {a="${"ü".repeat(128)}"} 1`, "2:13 the exemplar has 129"],
])("refuses %j: %s", (lines, expected) => {
  expect(verdict(`${lines}\n# EOF\n`)).toContain(expected);
});

test.each([
  ["", "1:1 OpenMetrics has no blank lines"],
  ["a 1\n", "2:1 the document does not end with # EOF"],
  ["# EOF\n\n", "2:1 text after # EOF"],
  ["# EOF\n ", "2:1 text after # EOF"],
  ["# EOF\n# EOF\n", "2:1 text after # EOF"],
])("refuses the document %j: %s", (document, expected) => {
  expect(verdict(document)).toContain(expected);
});

test("refuses bytes that are not UTF-8", () => {
  const bytes = utf8.encode('a{a="?"} 1\n# EOF\n').map((byte) => (byte === 0x3f ? 0xff : byte));
  expect(() => parseStrict(bytes)).toThrow("line 1, column 6: the text is not valid UTF-8");
});

test("gives families with everything in them", () => {
  const document = [
    "# TYPE a_seconds counter",
    "# UNIT a_seconds seconds",
    '# HELP a_seconds so \\"much\\"',
    'a_seconds_total{b="c"} 1.5 12.25 # {id="x"} 0.5 1.5',
    "b 2",
    "# EOF",
  ].join("\n");
  expect(parseStrict(utf8.encode(document))).toEqual([
    {
      family: "a_seconds",
      type: "counter",
      help: 'so "much"',
      unit: "seconds",
      position: 0,
      hasType: true,
      samples: [
        {
          position: document.indexOf("a_seconds_total"),
          name: "a_seconds_total",
          labels: ["__name__", "a_seconds_total", "b", "c"],
          value: 1.5,
          timestampSeconds: 12.25,
          exemplar: { labels: ["id", "x"], value: 0.5, timestampMs: 1500 },
        },
      ],
    },
    {
      family: "b",
      type: "unknown",
      help: "",
      unit: "",
      position: document.indexOf("b 2"),
      hasType: false,
      samples: [
        {
          position: document.indexOf("b 2"),
          name: "b",
          labels: ["__name__", "b"],
          value: 2,
          timestampSeconds: null,
          exemplar: null,
        },
      ],
    },
  ]);
});
