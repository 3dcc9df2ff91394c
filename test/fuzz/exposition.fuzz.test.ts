/**
 * Seeded mutations of valid documents, to both parsers.
 *
 * Invariants checked: nothing but an `ExpositionError` is thrown; how the body is split changes
 * nothing, not even which error is found; a parser that remembers earlier scrapes reads as one that
 * does not; what strict takes, scrape takes; memory stays near the size of the last two bodies.
 * FUZZ_SEED and FUZZ_RUNS replay and lengthen it.
 */
import { expect, test } from "vitest";
import { labelsKey } from "#model";
import {
  createScrapeParser,
  ExpositionError,
  type ExpositionFormat,
  parseStrict,
  type ScrapeParser,
} from "#exposition";

const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = Number(process.env["FUZZ_RUNS"] ?? 1500);
const utf8 = new TextEncoder();

/** xorshift32: the same numbers for the same seed. */
function randomFrom(start: number): (below: number) => number {
  let state = start * 2_654_435_769 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const documents: readonly [ExpositionFormat, string][] = [
  [
    "openmetrics-1.0.0",
    [
      "# TYPE a_seconds histogram",
      "# UNIT a_seconds seconds",
      '# HELP a_seconds Time \\"spent\\"',
      'a_seconds_bucket{x="1",le="0.5"} 1 # {id="a # b"} 0.25 1.5',
      'a_seconds_bucket{x="1",le="+Inf"} 2 1.5e9',
      "# TYPE c counter",
      'c_total{p="\\\\\\"\\n}"} 17.25 # {} NaN',
      "c_created 1520430000.123",
      "g -1.5e-7 1520430000.123",
      "n NaN",
      "# EOF\n",
    ].join("\n"),
  ],
  [
    "text-0.0.4",
    [
      "# a comment\n\n#",
      "# HELP c_total Count \\\\ of\\nthings",
      "# TYPE c_total counter",
      'c_total { p = "\\\\\\"\\n}" , q="new\nline", } 17.25 1520430000123',
      "# TYPE s summary",
      's{quantile="0.5"}0.25',
      "s_count 3",
      '{"u.tf", "ü"="€"} +Inf',
      "\t g \t -1e+300 ",
      "last 1",
    ].join("\n"),
  ],
];

/** Pieces that steer a mutation towards the grammar's corners. */
const pieces = [
  "\n",
  "#",
  "# ",
  "# EOF\n",
  "{",
  "}",
  '"',
  "\\",
  ",",
  "=",
  " ",
  "  ",
  "\t",
  "\r",
  "\0",
  "\u00ff",
  "1e",
  "e5",
  ".",
  "-",
  "+",
  "nan",
  "infinity",
  "0x1",
  "_",
  ":",
  "# TYPE a gauge\n",
  "# HELP ",
  "🙂",
  '{a="b"}',
  " # {} 1",
  "9".repeat(400),
].map((piece) => utf8.encode(piece));

function mutated(source: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = source;
  for (let step = 1 + random(4); step > 0; step--) {
    const at = random(bytes.length + 1);
    const other = random(bytes.length + 1);
    const [from, to] = [Math.min(at, other), Math.min(Math.max(at, other), at + 12)];
    const piece = pieces[random(pieces.length)] ?? new Uint8Array();
    switch (random(5)) {
      case 0:
        bytes = joined(bytes.subarray(0, at), piece, bytes.subarray(at));
        break;
      case 1:
        bytes = joined(bytes.subarray(0, from), bytes.subarray(to));
        break;
      case 2:
        bytes = joined(bytes.subarray(0, at), Uint8Array.of(random(256)), bytes.subarray(at + 1));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at));
        break;
      default:
        bytes = joined(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
    }
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** A parser and all that it says of one scrape after the other. */
function target() {
  const calls: string[] = [];
  const series: string[] = [];
  const parser: ScrapeParser = createScrapeParser({
    resolveSeries: (labels) => series.push(labelsKey(labels)) - 1,
    sample: (token, value, timestampMs) => calls.push(`${series[token]} ${value} ${timestampMs}`),
    exemplar: (token, exemplar) => calls.push(`${series[token]} ${JSON.stringify(exemplar)}`),
    metadataChanged: () => {},
  });
  const scrape = (format: ExpositionFormat, body: Uint8Array, chunkBytes: number): string => {
    calls.length = 0;
    let outcome = "accepted";
    try {
      parser.begin(format);
      for (let i = 0; i < body.length; i += chunkBytes) {
        parser.push(body.subarray(i, i + chunkBytes));
      }
      parser.end();
    } catch (error) {
      if (!(error instanceof ExpositionError)) throw error;
      outcome = `${error.code} ${error.message}`;
    }
    return [...calls, outcome].join("\n");
  };
  return { parser, scrape };
}

function isStrictlyValid(bytes: Uint8Array): boolean {
  try {
    parseStrict(bytes);
    return true;
  } catch (error) {
    if (error instanceof ExpositionError) return false;
    throw error;
  }
}

test.each(documents)("%s: mutations of a valid document", (format, document) => {
  const random = randomFrom(seed);
  const source = utf8.encode(document);
  const remembering = target();
  const violations: string[] = [];
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = mutated(source, random);
    const whole = target().scrape(format, bytes, Infinity);
    const isAccepted = whole.endsWith("accepted");
    if (isAccepted) accepted += 1;
    const holds = {
      split: target().scrape(format, bytes, 1 + random(40)) === whole,
      remembered: remembering.scrape(format, bytes, 1 + random(200)) === whole,
      strict: !isStrictlyValid(bytes) || isAccepted || format === "text-0.0.4",
      memory: remembering.parser.memoryBytes < 400_000,
    };
    for (const [name, holdsHere] of Object.entries(holds)) {
      if (!holdsHere) violations.push(`${name}, run ${run}: ${new TextDecoder().decode(bytes)}`);
    }
  }
  expect(violations).toEqual([]);
  expect(accepted).toBeGreaterThan(runs / 50);
  expect(accepted).toBeLessThan(runs - runs / 50);
});

test("random bytes", () => {
  const random = randomFrom(seed + 1);
  for (let run = 0; run < runs / 4; run++) {
    const bytes = Uint8Array.from({ length: random(200) }, () => random(256));
    isStrictlyValid(bytes);
    for (const [format] of documents) {
      const whole = target().scrape(format, bytes, Infinity);
      expect(target().scrape(format, bytes, 1 + random(9))).toBe(whole);
    }
  }
});

test("a body of new series at each scrape does not grow memory", () => {
  const { parser, scrape } = target();
  let most = 0;
  for (let round = 0; round < 30; round++) {
    const lines = Array.from({ length: 2000 }, (_, i) => `m{round="${round}",i="${i}"} 1\n`);
    scrape("text-0.0.4", utf8.encode(lines.join("")), 5000);
    if (round === 5) most = parser.memoryBytes;
  }
  expect(most).toBeGreaterThan(0);
  expect(parser.memoryBytes).toBeLessThanOrEqual(most * 1.5);
});

test("a quoted value of newlines in tiny pieces is read in reasonable time", () => {
  const body = utf8.encode(`m{a="${"\n".repeat(300_000)}"} 1\n`);
  expect(target().scrape("text-0.0.4", body, 50).endsWith("accepted")).toBe(true);
});
