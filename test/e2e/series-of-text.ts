/** Series key → value. The key has labels in the order of their names: `name{a="1",b="2"}`. */
export type SeriesValues = ReadonlyMap<string, string>;

/** Label values that the scraper of the data adds or renames are left as they are. */
export function seriesKey(labels: Iterable<readonly [name: string, value: string]>): string {
  const all = new Map(labels);
  const name = all.get("__name__") ?? "";
  all.delete("__name__");
  const sorted = [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${name}{${sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(",")}}`;
}

const lineOf = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const labelOf = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g;

/**
 * The samples of an exposition by a reader of its own, far simpler than the parser under test:
 * legacy names, no timestamps. Fails on any other line and on a series that comes twice.
 */
export function seriesOfText(text: string): SeriesValues {
  const series = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name = "", labelText = "", value = ""] = lineOf.exec(line) ?? [];
    if (name === "") throw new Error(`not a sample: ${line}`);
    const labels = Array.from(labelText.matchAll(labelOf), ([, label = "", escaped = ""]) => {
      return [label, JSON.parse(`"${escaped}"`) as string] as const;
    });
    const key = seriesKey([["__name__", name], ...labels]);
    if (series.has(key)) throw new Error(`twice: ${key}`);
    series.set(key, value);
  }
  return series;
}
