import * as fc from "fast-check";
import { expect, test } from "vitest";
import { labelsKey, type MetricMetadata } from "#model";
import {
  createScrapeParser,
  type ExpositionFormat,
  parseStrict,
  type SampleToWrite,
  writeExposition,
} from "#exposition";
import { cleanData, messyData } from "./documents.ts";

/** A sample as one line of text, to compare sets of them. */
function line(sample: {
  labels: SampleToWrite["labels"];
  metadata: MetricMetadata | null;
  value: number;
  timestampMs: number | null;
}): string {
  const { labels, metadata, value, timestampMs } = sample;
  const about = metadata && [metadata.family, metadata.type, metadata.help, metadata.unit];
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0];
  return `${labelsKey(labels)} ${JSON.stringify(about)} ${bits} ${timestampMs}`;
}

function given(samples: readonly SampleToWrite[], timestamps: boolean): string[] {
  return samples
    .map((sample) =>
      line({ ...sample, timestampMs: timestamps ? (sample.timestampMs ?? null) : null }),
    )
    .toSorted();
}

function readStrict(bytes: Uint8Array): string[] {
  return parseStrict(bytes)
    .flatMap(({ samples, ...metadata }) =>
      samples.map(({ labels, value, timestampSeconds }) => {
        const timestampMs = timestampSeconds === null ? null : Math.round(timestampSeconds * 1000);
        return line({ labels, metadata, value, timestampMs });
      }),
    )
    .toSorted();
}

function readScrape(bytes: Uint8Array, format: ExpositionFormat, chunkBytes: number): string[] {
  const series: Pick<SampleToWrite, "labels" | "metadata">[] = [];
  const lines: string[] = [];
  const parser = createScrapeParser({
    resolveSeries: (labels, metadata) => series.push({ labels, metadata }) - 1,
    sample: (token, value, timestampMs) => {
      const { labels, metadata } = series[token] ?? fail();
      const time = Number.isNaN(timestampMs) ? null : timestampMs;
      lines.push(line({ labels, metadata, value, timestampMs: time }));
    },
    exemplar: fail,
    metadataChanged: fail,
  });
  parser.begin(format);
  for (let i = 0; i < bytes.length; i += chunkBytes) parser.push(bytes.subarray(i, i + chunkBytes));
  parser.end();
  return lines.toSorted();
}

function fail(): never {
  throw new Error("not expected here");
}

test("OpenMetrics: what is written is what the strict parser reads", () => {
  fc.assert(
    fc.property(cleanData, fc.boolean(), (samples, timestamps) => {
      const style = { format: "openmetrics-1.0.0", escaping: "underscores", timestamps } as const;
      expect(readStrict(writeExposition(samples, style))).toEqual(given(samples, timestamps));
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("OpenMetrics: what is written is what the scrape parser reads, in any pieces", () => {
  fc.assert(
    fc.property(cleanData, fc.integer({ min: 1, max: 300 }), (samples, chunkBytes) => {
      const format = "openmetrics-1.0.0";
      const bytes = writeExposition(samples, { format, escaping: "underscores" });
      expect(readScrape(bytes, format, chunkBytes)).toEqual(given(samples, false));
    }),
    { numRuns: 300, seed: 7 },
  );
});

/** What Prometheus text keeps: no units, and no types of its own for these four. */
function asText(sample: SampleToWrite): SampleToWrite {
  const { metadata } = sample;
  if (metadata === null) return sample;
  const name = sample.labels[sample.labels.indexOf("__name__") + 1] ?? "";
  const { help, type } = metadata;
  const isOwn = type === "info" || type === "stateset" || /_g(count|sum)$/.test(name);
  if (isOwn) return { ...sample, metadata: { family: name, type: "gauge", help, unit: "" } };
  const textType = type === "gaugehistogram" ? "histogram" : type;
  return { ...sample, metadata: { ...metadata, type: textType, unit: "" } };
}

test("Prometheus text: what is written is what the scrape parser reads, in any pieces", () => {
  fc.assert(
    fc.property(cleanData, fc.integer({ min: 1, max: 300 }), (samples, chunkBytes) => {
      const style = { format: "text-0.0.4", escaping: "underscores", timestamps: true } as const;
      const bytes = writeExposition(samples, style);
      expect(readScrape(bytes, "text-0.0.4", chunkBytes)).toEqual(given(samples.map(asText), true));
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("whatever the store holds, the document is valid and has every series once", () => {
  const escaping = fc.constantFrom("underscores", "dots", "values");
  fc.assert(
    fc.property(messyData, escaping, (samples, scheme) => {
      const bytes = writeExposition(samples, { format: "openmetrics-1.0.0", escaping: scheme });
      const read = parseStrict(bytes).flatMap((family) => family.samples);
      const series = new Set(read.map(({ labels }) => labelsKey(labels)));
      expect(series.size).toBe(read.length);
      const names = new Set(samples.map(({ labels }) => labels[labels.indexOf("__name__") + 1]));
      expect(new Set(read.map(({ name }) => name)).size).toBe(names.size);
    }),
    { numRuns: 1000, seed: 7 },
  );
});

test("UTF-8 names come through quoted", () => {
  fc.assert(
    fc.property(messyData, (samples) => {
      const format = "text-1.0.0";
      const bytes = writeExposition(samples, { format, escaping: "allow-utf-8" });
      const read = readScrape(bytes, format, 64).map((text) =>
        text.slice(0, text.indexOf("]") + 1),
      );
      const keys = new Set(samples.map(({ labels }) => labelsKey(labels)));
      const misfits = read.filter((key) => !keys.has(key) && !/"(le|quantile)"/.test(key));
      expect(misfits).toEqual([]);
    }),
    { numRuns: 300, seed: 7 },
  );
});
