import { describe, expect, test } from "vitest";
import { createScrapeParser, ExpositionError, parseStrict } from "#exposition";
import { sharedCases } from "./shared-cases.ts";

const cases = sharedCases();
const valid = cases.filter(({ shouldParse }) => shouldParse);
const invalid = cases.filter(({ shouldParse }) => !shouldParse);

describe.skipIf(cases.length === 0)("OpenMetrics parser cases (../shared/data/openmetrics)", () => {
  test("there are cases of both kinds", () => {
    expect(valid.length).toBeGreaterThan(20);
    expect(invalid.length).toBeGreaterThan(80);
  });

  test.each(valid)("strict takes $name", ({ bytes }) => {
    expect(() => parseStrict(bytes)).not.toThrow();
  });

  test.each(invalid)("strict refuses $name, with a position", ({ bytes }) => {
    expect(() => parseStrict(bytes)).toThrow(ExpositionError);
    expect(() => parseStrict(bytes)).toThrow(/^line \d+, column \d+: ./);
  });

  test.each(valid)("scrape takes $name, in any pieces", ({ bytes }) => {
    let samples = 0;
    const parser = createScrapeParser({
      resolveSeries: () => 0,
      sample: () => (samples += 1),
      exemplar: () => {},
      metadataChanged: () => {},
    });
    const counts = [bytes.length, 7, 1].map((chunkBytes) => {
      samples = 0;
      parser.begin("openmetrics-1.0.0");
      for (let i = 0; i < bytes.length; i += chunkBytes) {
        parser.push(bytes.subarray(i, i + chunkBytes));
      }
      parser.end();
      return samples;
    });
    const expected = parseStrict(bytes).reduce((sum, family) => sum + family.samples.length, 0);
    expect(counts).toEqual([expected, expected, expected]);
  });
});
