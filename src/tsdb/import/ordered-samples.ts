import { SampleColumns } from "#model";

const ordered = new SampleColumns();

/** Sorts by time; of several samples at one time the last in the file stays. Usually nothing to do. */
export function orderSamples(samples: SampleColumns): void {
  if (isRising(samples)) return;
  const { length, timestampsMs, values } = samples;
  const places = Uint32Array.from({ length }, (_, i) => i);
  places.sort((a, b) => (timestampsMs[a] as number) - (timestampsMs[b] as number) || a - b);
  ordered.clear();
  ordered.reserve(length);
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    const next = i + 1 < length ? timestampsMs[places[i + 1] as number] : Infinity;
    if (next === timestampsMs[place]) continue;
    ordered.timestampsMs[ordered.length] = timestampsMs[place] as number;
    ordered.values[ordered.length++] = values[place] as number;
  }
  samples.timestampsMs.set(ordered.timestampsMs.subarray(0, ordered.length));
  samples.values.set(ordered.values.subarray(0, ordered.length));
  samples.length = ordered.length;
}

function isRising({ length, timestampsMs }: SampleColumns): boolean {
  for (let i = 1; i < length; i++) {
    if ((timestampsMs[i] as number) <= (timestampsMs[i - 1] as number)) return false;
  }
  return true;
}
