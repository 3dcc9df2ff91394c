export { boundOf, canonicalBound } from "./bound.ts";
export {
  escapeLabelName,
  escapeMetricName,
  type EscapingScheme,
  isLegacyLabelName,
  isLegacyMetricName,
} from "./escaping.ts";
export { ExpositionError } from "./exposition-error.ts";
export { formatFamilyHeader, quoteText } from "./family-header.ts";
export { claimedNames, type FamilyPlace, planFamilies } from "./family-plan.ts";
export { NUMBER_BYTES_MAX, writeTimestamp, writeValue } from "./float-writer.ts";
export { contentTypes, type ExpositionFormat, formatOfContentType } from "./format.ts";
export { lint, type LintReport } from "./lint.ts";
export { negotiateExposition } from "./negotiate.ts";
export { compareLines, type LineOrder, lineOrderOf } from "./sample-order.ts";
export type { ScrapeHandler, ScrapeParser } from "./scrape-handler.ts";
export { createScrapeParser } from "./scrape-parser.ts";
export { formatSeriesPrefix } from "./series-prefix.ts";
export { END_OF_OPENMETRICS, type SampleToWrite, writeExposition } from "./write-exposition.ts";
export { parseStrict } from "./strict-parser.ts";
