/** Characters of an exemplar's label names and values together (OpenMetrics 1.0.0, «Exemplars»). */
export const EXEMPLAR_CHARS_MAX = 128;

/** Code points, as the specification counts. */
export function exemplarChars(namesAndValues: readonly string[]): number {
  let chars = 0;
  for (const text of namesAndValues) {
    for (const _ of text) chars += 1;
  }
  return chars;
}
