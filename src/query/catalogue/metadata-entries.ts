import type { LabelQueryable, NamedMetadata, SeriesSelection } from "#model";

/** Members of the answer of `/api/v1/metadata`: a name and what the metric's targets say of it. */
export async function* metadataEntries(
  labels: LabelQueryable,
  selection: SeriesSelection,
  { metric, perNameMax }: { readonly metric: string; readonly perNameMax: number | null },
): AsyncGenerator<string> {
  const byName = new Map<string, Set<string>>();
  for (const named of await labels.metricMetadata(selection)) {
    const name = listedName(named);
    if (metric !== "" && metric !== name) continue;
    const known = byName.get(name) ?? new Set();
    byName.set(name, known);
    const { type, help, unit } = named.metadata;
    if (perNameMax === null || known.size < perNameMax)
      known.add(JSON.stringify({ type, help, unit }));
  }
  for (const [name, known] of byName) {
    yield `${JSON.stringify(name)}:[${[...known].join(",")}]`;
  }
}

/**
 * A histogram is listed by its family, as `_bucket`, `_sum` and `_count` belong together; a counter
 * and an info metric by the name that their one series has, which is what clients look up.
 */
function listedName({ metricName, metadata: { family, type } }: NamedMetadata): string {
  return type === "counter" || type === "info" ? metricName : family;
}
