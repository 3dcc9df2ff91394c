import type { ExemplarQueryable, LabelQueryable, Labels, SeriesSelection } from "#model";
import { labelPairs } from "#model";
import { formatPositional } from "#promql";
import type { CatalogueRequest } from "./catalogue-request.ts";
import { metadataEntries } from "./metadata-entries.ts";
import { writeEnvelope } from "./write-envelope.ts";

/** What the store knows of series, as the request's view shows it. */
export interface Catalogue {
  readonly labels: LabelQueryable;
  readonly exemplars: ExemplarQueryable;
}

/** The whole body of the answer in Prometheus' envelope, in chunks. */
export function answerCatalogue(
  catalogue: Catalogue,
  request: CatalogueRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { selectors, minMs, maxMs, limit, wanted } = request;
  const selection: SeriesSelection = { selectors, range: { minMs, maxMs }, signal };
  const { labels, exemplars } = catalogue;
  switch (wanted.kind) {
    case "label_names":
      return writeEnvelope(entries(labels.labelNames(selection)), "list", limit);
    case "label_values":
      return writeEnvelope(entries(labels.labelValues(wanted.name, selection)), "list", limit);
    case "series":
      return writeEnvelope(seriesEntries(labels.seriesLabels(selection)), "list", limit);
    case "exemplars":
      return writeEnvelope(exemplarEntries(exemplars, selection), "list", limit);
    case "metadata": {
      const known = metadataEntries(labels, selection, wanted);
      return writeEnvelope(known, "object", limit);
    }
  }
}

async function* entries(texts: Promise<readonly string[]>): AsyncGenerator<string> {
  for (const text of await texts) yield JSON.stringify(text);
}

async function* seriesEntries(all: AsyncIterable<Labels>): AsyncGenerator<string> {
  for await (const labels of all) yield labelsJson(labels);
}

async function* exemplarEntries(
  exemplars: ExemplarQueryable,
  selection: SeriesSelection,
): AsyncGenerator<string> {
  for (const series of await exemplars.selectExemplars(selection)) {
    const each = series.exemplars.map(
      ({ labels, value, timestampMs }) =>
        `{"labels":${labelsJson(labels)},"value":"${formatPositional(value)}","timestamp":${timestampMs / 1000}}`,
    );
    yield `{"seriesLabels":${labelsJson(series.labels)},"exemplars":[${each.join(",")}]}`;
  }
}

/** In the order of the labels, which `JSON.stringify` of an object would change for names like `1`. */
function labelsJson(labels: Labels): string {
  const pairs = Array.from(
    labelPairs(labels),
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{${pairs.join(",")}}`;
}
