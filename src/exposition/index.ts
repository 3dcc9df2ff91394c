export { boundOf } from "./bound.ts";
export {
  escapeLabelName,
  escapeMetricName,
  type EscapingScheme,
  isLegacyLabelName,
  isLegacyMetricName,
} from "./escaping.ts";
export { ExpositionError, type ExpositionErrorCode } from "./exposition-error.ts";
export { incompleteFamilies, type PlannedLine } from "./family-completeness.ts";
export { formatFamilyHeader, quoteText } from "./family-header.ts";
export {
  claimedNames,
  type ExpositionStyle,
  type FamilyHeader,
  type FamilyPlace,
  planFamilies,
} from "./family-plan.ts";
export { canonicalFloat, NUMBER_BYTES_MAX, writeTimestamp, writeValue } from "./float-writer.ts";
export {
  contentTypes,
  type ExpositionFormat,
  formatOfContentType,
  isOpenMetrics,
} from "./format.ts";
export { lint, type LintFinding, type LintReport } from "./lint.ts";
export { type NegotiatedExposition, negotiateExposition } from "./negotiate.ts";
export { compareLines, type LineOrder, lineOrderOf } from "./sample-order.ts";
export type { ScrapeHandler, ScrapeParser, ScrapeParserOptions } from "./scrape-handler.ts";
export { createScrapeParser } from "./scrape-parser.ts";
export { formatExemplar, formatSeriesPrefix } from "./series-prefix.ts";
export {
  END_OF_OPENMETRICS,
  type SampleToWrite,
  writeExposition,
  type WriteOptions,
} from "./write-exposition.ts";
export type { StrictFamily } from "./strict-family.ts";
export type { StrictSample } from "./strict-line.ts";
export { parseStrict, visitStrict } from "./strict-parser.ts";
