import { assert } from "#lib/assert";
import type { CollectedFamilies, CollectedFamily } from "./collected-family.ts";
import { valuesPerSeries } from "./collected-family.ts";

/**
 * Families of several registries (threads) as one set: an exposition must name each family once
 * and each series once. Series that several threads report are added up.
 */
export function mergeFamilies(groups: readonly CollectedFamilies[]): CollectedFamilies {
  const byName = new Map<string, CollectedFamily[]>();
  for (const family of groups.flat()) {
    const { name } = family.definition;
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [family]);
    else same.push(family);
  }
  return Array.from(byName.values(), (families) => mergeSame(families));
}

function mergeSame(families: readonly CollectedFamily[]): CollectedFamily {
  const [first] = families;
  assert(first !== undefined, "a family without members");
  if (families.length === 1) return first;
  const { definition } = first;
  const width = valuesPerSeries(definition);
  const merged = new Map<string, { labelValues: readonly string[]; values: Float64Array }>();
  for (const family of families) {
    assert(
      family.definition.type === definition.type &&
        family.definition.labels.join() === definition.labels.join() &&
        valuesPerSeries(family.definition) === width,
      `two threads define ${definition.name} differently`,
    );
    for (const [labelValues, values] of seriesOf(family)) {
      const key = JSON.stringify(labelValues);
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { labelValues, values: values.slice() });
      else for (const [i, value] of values.entries()) (known.values[i] as number) += value;
    }
  }
  const values = new Float64Array(merged.size * width);
  let offset = 0;
  for (const one of merged.values()) {
    values.set(one.values, offset);
    offset += width;
  }
  return { definition, labelValues: [...merged.values()].flatMap((s) => s.labelValues), values };
}

/** Each series of a collected family: its label values and its numbers. */
export function* seriesOf(
  family: CollectedFamily,
): Generator<readonly [labelValues: readonly string[], values: Float64Array]> {
  const width = valuesPerSeries(family.definition);
  const labelCount = family.definition.labels.length;
  for (let i = 0; i * width < family.values.length; i++) {
    yield [
      family.labelValues.slice(i * labelCount, (i + 1) * labelCount),
      family.values.subarray(i * width, (i + 1) * width),
    ];
  }
}
