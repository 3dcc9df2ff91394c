/** Limits of the scraper itself, beside those that a job sets for its targets. */
export interface ScraperLimits {
  /** Of one body, after decompression; `scrape_body_too_large`. */
  readonly bodyBytesMax: number;
  /** Of one scrape, after relabeling; `scrape_sample_limit`. */
  readonly samplesPerScrapeMax: number;
  /** Of one line of a body; `exposition_line_too_long`. */
  readonly lineBytesMax: number;
  /** Targets of one job; `scrape_target_limit`. */
  readonly targetsPerJobMax: number;
}

export const SCRAPER_LIMITS: ScraperLimits = {
  bodyBytesMax: 1 << 30,
  samplesPerScrapeMax: 5_000_000,
  lineBytesMax: 1 << 20,
  targetsPerJobMax: 50_000,
};
