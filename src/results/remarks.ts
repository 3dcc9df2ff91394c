import { type Annotation, formatAnnotation } from "#promql";

/** How many warnings, and how many infos, an answer carries; Prometheus: 10. */
const REMARKS_MAX = 10;

/** What is said beside an answer, as Prometheus words it. */
export interface Remarks {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** `query` is the text to which the places refer. */
export function remarksOf(
  annotations: readonly Annotation[],
  query: string,
  isTruncated: boolean,
): Remarks {
  const of = (severity: Annotation["severity"]) =>
    annotations
      .filter((annotation) => annotation.severity === severity)
      .map((annotation) => formatAnnotation(annotation, query));
  const warnings = of("warning");
  if (isTruncated) warnings.unshift("results truncated due to limit");
  return { warnings: shortened(warnings, "warning"), infos: shortened(of("info"), "info") };
}

function shortened(remarks: readonly string[], name: string): readonly string[] {
  const omitted = remarks.length - REMARKS_MAX;
  if (omitted <= 0) return remarks;
  return [...remarks.slice(0, REMARKS_MAX), `${omitted} more ${name} annotations omitted`];
}
