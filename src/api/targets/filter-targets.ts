import type { TargetsSnapshot } from "#sources";

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

/** Null where dropped targets are not asked for, as in Prometheus. */
interface FilteredTargets extends Omit<TargetsSnapshot, "droppedTargetCounts"> {
  readonly droppedTargetCounts: TargetsSnapshot["droppedTargetCounts"] | null;
}

/** The part of the report that the filter asks for; what is left out stays as an empty list. */
export function filterTargets(report: TargetsSnapshot, filter: TargetsFilter): FilteredTargets {
  const inPool = (target: { readonly scrapePool: string }) =>
    filter.scrapePool === "" || target.scrapePool === filter.scrapePool;
  const counts = Object.entries(report.droppedTargetCounts).filter(([scrapePool]) =>
    inPool({ scrapePool }),
  );
  return {
    activeTargets: filter.state === "dropped" ? [] : report.activeTargets.filter(inPool),
    droppedTargets: filter.state === "active" ? [] : report.droppedTargets.filter(inPool),
    droppedTargetCounts: filter.state === "active" ? null : Object.fromEntries(counts),
  };
}
