/** Limits of the API's own making. */
export const apiLimits = {
  /** A scrape that says no timeout of its own is given up after this. */
  scrapeTimeoutMs: 60_000,
  /** Share of the scraper's timeout that is left for the body to travel. */
  scrapeTimeoutReserve: 0.1,
  /** Longest body of a query; selectors and expressions are text. */
  queryBodyBytesMax: 1024 * 1024,
  /** Most steps after the first of a range query, as in Prometheus. */
  queryStepsMax: 11_000,
  /** Longest body of a control request. */
  controlBodyBytesMax: 1024 * 1024,
  /** Longest form of a request to the authorization server. */
  oauthFormBytesMax: 16 * 1024,
  /** How long others may keep the published keys and metadata, in seconds. */
  publishedDocumentSeconds: 300,
} as const;
