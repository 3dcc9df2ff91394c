/** The answer of `/api/v1/targets`, without its envelope, in Prometheus' own shape. */
export interface TargetsSnapshot {
  readonly activeTargets: readonly ActiveTargetStatus[];
  readonly droppedTargets: readonly DroppedTargetStatus[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

export interface ActiveTargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** With the server's own name in place of localhost. */
  readonly globalUrl: string;
  /** "" if the last scrape succeeded. */
  readonly lastError: string;
  /** RFC 3339; `0001-01-01T00:00:00Z` before the first scrape. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: "unknown" | "up" | "down";
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface DroppedTargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}
