import { compareUtf8, type MetricMetadata, type MetricType } from "#model";

/**
 * Which of two statements about one metric is kept where its sources disagree. Decided by content
 * alone, among the tenant's own series: so it depends neither on other tenants (their HELP must
 * not show, not even by its influence) nor on the order in which series appeared.
 */
export function chooseMetadata(
  a: MetricMetadata | null,
  b: MetricMetadata | null,
): MetricMetadata | null {
  if (a === b || b === null) return a;
  if (a === null) return b;
  return compareMetadata(a, b) <= 0 ? a : b;
}

function compareMetadata(a: MetricMetadata, b: MetricMetadata): number {
  return (
    typeRank[a.type] - typeRank[b.type] ||
    compareUtf8(a.family, b.family) ||
    compareText(a.help, b.help) ||
    compareText(a.unit, b.unit)
  );
}

/** A text goes before none. */
function compareText(a: string, b: string): number {
  if (a === "" || b === "") return b.length - a.length;
  return compareUtf8(a, b);
}

/** The more a type says, the further to the front. */
const typeRank: Readonly<Record<MetricType, number>> = {
  histogram: 0,
  gaugehistogram: 1,
  summary: 2,
  counter: 3,
  info: 4,
  stateset: 5,
  gauge: 6,
  unknown: 7,
};
