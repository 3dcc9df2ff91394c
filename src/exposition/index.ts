export { ExpositionError, type ExpositionErrorCode } from "./exposition-error.ts";
export { type ExpositionFormat, formatOfContentType, isOpenMetrics } from "./format.ts";
export {
  createScrapeParser,
  type ScrapeHandler,
  type ScrapeParser,
  type ScrapeParserOptions,
} from "./scrape-parser.ts";
