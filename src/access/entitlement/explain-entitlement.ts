import {
  formatLabels,
  isStaleMarker,
  type Labels,
  labelsKey,
  labelValue,
  type LatestSeries,
  METRIC_NAME,
  type MetricType,
  type SeriesRef,
  wordsOf,
} from "#model";
import { printSelector } from "#promql";
import { type CompiledEntitlement, compileEntitlement } from "./compile-entitlement.ts";
import type { Entitlement } from "./entitlement.ts";
import { warningsOf } from "./entitlement-warnings.ts";

/** One metric and how many of its series are meant. */
export interface MetricCount {
  readonly name: string;
  /** Null where no exposition has said it. */
  readonly type: MetricType | null;
  readonly series: number;
}

/** Two series that the tenant could not tell apart. */
export interface Collision {
  /** The labels that both would have. */
  readonly seen: string;
  readonly first: string;
  readonly second: string;
}

/** What an entitlement does to the series that are there now. Plain data. */
export interface EntitlementExplanation {
  /** By name. */
  readonly metrics: readonly MetricCount[];
  readonly seriesCount: number;
  /** Each selector with the series that it admits, also where another one does too. */
  readonly selectors: readonly { readonly selector: string; readonly series: number }[];
  /** `series`: those that have the label. */
  readonly dropped: readonly { readonly label: string; readonly series: number }[];
  readonly renamed: readonly {
    readonly from: string;
    readonly to: string;
    readonly series: number;
    /** Of these, the series that had a label at the new name, which is replaced. */
    readonly replacing: number;
  }[];
  /** Series that look like an earlier one, and the first pairs of them. */
  readonly collisionCount: number;
  readonly collisions: readonly Collision[];
  /** Sentences for people. */
  readonly warnings: readonly string[];
  /** Against the present rule; null where no other rule was proposed. */
  readonly change: EntitlementChange | null;
}

export interface EntitlementChange {
  readonly metricsGained: readonly MetricCount[];
  readonly metricsLost: readonly MetricCount[];
  readonly seriesGained: number;
  readonly seriesLost: number;
  /** Admitted by both rules, with other labels. */
  readonly seriesRelabelled: number;
}

/** Pairs that are named. */
const COLLISIONS_SHOWN_MAX = 20;

/**
 * Explains `proposed` against `current`, or `current` alone where nothing is proposed. Null is the
 * entitlement that admits nothing. Throws `entitlement_invalid`.
 */
export function explainEntitlement(
  latest: LatestSeries,
  current: Entitlement | null,
  proposed: Entitlement | null | undefined,
  nowMs: number,
): EntitlementExplanation {
  const subject = proposed === undefined ? current : proposed;
  const compiled = compileEntitlement(subject);
  const refs = admittedRefs(latest, compiled, nowMs);
  const selectors = compiled.selectors.map((matchers) => ({
    selector: printSelector(matchers),
    series: live(latest, latest.select(matchers), compiled.maxAgeMs, nowMs).length,
  }));
  const collided = findCollisions(latest, compiled, refs);
  const dropped = (subject?.dropLabels ?? []).map((label) => ({
    label,
    series: countWith(latest, refs, (labels) => has(labels, label)),
  }));
  const renamed = (subject?.renameLabels ?? []).map(({ from, to }) => {
    return {
      from,
      to,
      series: countWith(latest, refs, (labels) => has(labels, from)),
      replacing: isMoved(subject, to)
        ? 0
        : countWith(latest, refs, (labels) => has(labels, from) && has(labels, to)),
    };
  });
  const explained = {
    metrics: countMetrics(latest, refs),
    seriesCount: refs.length,
    selectors,
    dropped,
    renamed,
    ...collided,
  };
  return {
    ...explained,
    warnings: warningsOf(compiled, explained, (test) => countWith(latest, refs, test)),
    change: proposed === undefined ? null : changeOf(latest, { current, compiled, refs, nowMs }),
  };
}

function has(labels: Labels, name: string): boolean {
  return labelValue(labels, name) !== "";
}

/** Whether the label that stands at a rename's target is itself moved away. */
function isMoved(entitlement: Entitlement | null, name: string): boolean {
  return entitlement?.renameLabels.some((rename) => rename.from === name) ?? false;
}

type Refs = readonly SeriesRef[];

/** Each admitted series once, in rising order. */
function admittedRefs(latest: LatestSeries, compiled: CompiledEntitlement, nowMs: number): Refs {
  const seen = new Set<SeriesRef>();
  for (const matchers of compiled.selectors) {
    const selected = latest.select(matchers);
    for (const ref of live(latest, selected, compiled.maxAgeMs, nowMs)) seen.add(ref);
  }
  return Array.from(seen).toSorted((a, b) => a - b);
}

/** Those that have not ended and are not older than the tenant may see. */
function live(
  latest: LatestSeries,
  refs: Uint32Array,
  maxAgeMs: number | null,
  nowMs: number,
): Refs {
  const words = wordsOf(latest.values);
  const oldestMs = maxAgeMs === null ? Number.NEGATIVE_INFINITY : nowMs - maxAgeMs;
  const kept = refs.filter(
    (ref) => !isStaleMarker(words, ref) && (latest.timestampsMs[ref] ?? 0) >= oldestMs,
  );
  return Array.from(kept) as SeriesRef[];
}

function countWith(latest: LatestSeries, refs: Refs, test: (labels: Labels) => boolean): number {
  return refs.reduce((count, ref) => (test(latest.labels(ref)) ? count + 1 : count), 0);
}

function countMetrics(latest: LatestSeries, refs: Refs): readonly MetricCount[] {
  const counts = new Map<string, { type: MetricType | null; series: number }>();
  for (const ref of refs) {
    const name = labelValue(latest.labels(ref), METRIC_NAME);
    const count = counts.get(name);
    if (count === undefined) {
      counts.set(name, { type: latest.metadata(ref)?.type ?? null, series: 1 });
    } else {
      count.series += 1;
    }
  }
  return Array.from(counts, ([name, count]) => ({ name, ...count })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function findCollisions(
  latest: LatestSeries,
  compiled: CompiledEntitlement,
  refs: Refs,
): Pick<EntitlementExplanation, "collisionCount" | "collisions"> {
  if (!compiled.rewritesLabels) return { collisionCount: 0, collisions: [] };
  const firsts = new Map<string, SeriesRef>();
  const collisions: Collision[] = [];
  let collisionCount = 0;
  for (const ref of refs) {
    const seen = compiled.transform(latest.labels(ref));
    const key = labelsKey(seen);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, ref);
      continue;
    }
    collisionCount += 1;
    if (collisions.length === COLLISIONS_SHOWN_MAX) continue;
    collisions.push({
      seen: formatLabels(seen),
      first: formatLabels(latest.labels(first)),
      second: formatLabels(latest.labels(ref)),
    });
  }
  return { collisionCount, collisions };
}

interface Comparison {
  readonly current: Entitlement | null;
  readonly compiled: CompiledEntitlement;
  readonly refs: Refs;
  readonly nowMs: number;
}

function changeOf(latest: LatestSeries, after: Comparison): EntitlementChange {
  const before = compileEntitlement(after.current);
  const refsBefore = new Set(admittedRefs(latest, before, after.nowMs));
  const refsAfter = new Set(after.refs);
  const gained = after.refs.filter((ref) => !refsBefore.has(ref));
  const lost = Array.from(refsBefore).filter((ref) => !refsAfter.has(ref));
  const kept = after.refs.filter((ref) => refsBefore.has(ref));
  const relabels = before.rewritesLabels || after.compiled.rewritesLabels;
  const isRelabelled = (labels: Labels): boolean =>
    labelsKey(before.transform(labels)) !== labelsKey(after.compiled.transform(labels));
  return {
    metricsGained: countMetrics(latest, gained),
    metricsLost: countMetrics(latest, lost),
    seriesGained: gained.length,
    seriesLost: lost.length,
    seriesRelabelled: relabels ? countWith(latest, kept, isRelabelled) : 0,
  };
}
