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
import { documents, mutated, randomFrom } from "./exposition-mutations.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = Number(process.env["FUZZ_RUNS"] ?? 1500);
const utf8 = new TextEncoder();

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
