/** A scrape target as Prometheus' `GET /api/v1/targets` shows it. */
export interface ActiveTarget {
  /** Before relabeling. */
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  /** "" while all is well. */
  readonly lastError: string;
  /** RFC 3339; year 1 before the first scrape, as Go prints no time. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: "up" | "down" | "unknown";
  /** As durations are written: `30s`. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface DroppedTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

export interface TargetsReport {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly DroppedTarget[];
  /** By scrape pool. */
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

/** Which targets are wanted; as Prometheus reads the parameters, unknown states mean all. */
export interface TargetsFilter {
  readonly state: "any" | "active" | "dropped";
  /** "" for all. */
  readonly scrapePool: string;
}

export function targetsFilter(query: string): TargetsFilter {
  const parameters = new URLSearchParams(query);
  const state = parameters.get("state")?.toLowerCase();
  return {
    state: state === "active" || state === "dropped" ? state : "any",
    scrapePool: parameters.get("scrapePool") ?? "",
  };
}

/** The part of the report that the filter asks for; what is left out stays as an empty list. */
export function filterTargets(report: TargetsReport, filter: TargetsFilter): TargetsReport {
  const inPool = (target: { readonly scrapePool: string }) =>
    filter.scrapePool === "" || target.scrapePool === filter.scrapePool;
  const counts = Object.entries(report.droppedTargetCounts).filter(([scrapePool]) =>
    inPool({ scrapePool }),
  );
  return {
    activeTargets: filter.state === "dropped" ? [] : report.activeTargets.filter(inPool),
    droppedTargets: filter.state === "active" ? [] : report.droppedTargets.filter(inPool),
    droppedTargetCounts: filter.state === "active" ? {} : Object.fromEntries(counts),
  };
}
