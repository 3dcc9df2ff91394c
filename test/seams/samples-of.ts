import {
  type FloatHistogram,
  isStaleMarker,
  SampleColumns,
  type SelectedSeries,
  wordsOf,
} from "#model";
import type { FakeSample, FakeValue } from "../fakes/queryable-fake.ts";

/** What a selected series has, sample by sample. */
export function readSamples(series: SelectedSeries): FakeSample[] {
  const columns = new SampleColumns();
  series.read(columns);
  const words = wordsOf(columns.values);
  return Array.from({ length: columns.length }, (_, i) => {
    const float = isStaleMarker(words, i) ? "stale" : (columns.values[i] as number);
    return {
      timestampMs: columns.timestampsMs[i] as number,
      value: columns.histograms?.[i] ?? float,
    };
  });
}

/** The same without hints of resets: what they say depends on where samples lie. */
export function samplesOf(series: SelectedSeries): readonly unknown[] {
  return readSamples(series).map(({ timestampMs, value }) => [timestampMs, withoutHint(value)]);
}

export function withoutHint(value: FakeValue): unknown {
  if (typeof value !== "object") return value;
  const { counterResetHint: _, ...content }: FloatHistogram = value;
  return content;
}
