import {
  compileMatcher,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  type Matcher,
  METRIC_NAME,
  type ValueTest,
} from "#model";
import { type CollisionPolicy, type Entitlement, NO_ENTITLEMENT } from "./entitlement.ts";
import { entitlementKey } from "./entitlement-key.ts";
import { validateEntitlement } from "./validate-entitlement.ts";

/** An entitlement made ready for millions of series. Immutable; may be shared by its key. */
export interface CompiledEntitlement {
  /** Equal for entitlements that mean the same, different for all others. */
  readonly key: string;
  /** The union, one matcher list a selector, so that a store can look it up in its index. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly maxAgeMs: number | null;
  readonly onCollision: CollisionPolicy;
  /** False where `transform` gives every label set back as it is. */
  readonly rewritesLabels: boolean;
  /** Labels that the tenant sees otherwise than they are stored, or not at all. */
  readonly touchedLabels: ReadonlySet<string>;
  /** Whether the tenant may see the series with these labels, as stored. */
  readonly admits: (labels: Labels) => boolean;
  /** The labels as the tenant sees them. */
  readonly transform: (labels: Labels) => Labels;
}

/** Null, like an entitlement without selectors, admits nothing. Throws `entitlement_invalid`. */
export function compileEntitlement(entitlement: Entitlement | null): CompiledEntitlement {
  const given = entitlement ?? NO_ENTITLEMENT;
  const selectors = validateEntitlement(given).map((selector) => selector.matchers);
  const rewritesLabels = given.dropLabels.length + given.renameLabels.length > 0;
  return {
    key: entitlementKey(given),
    selectors,
    maxAgeMs: given.maxAgeMs,
    onCollision: given.onCollision,
    rewritesLabels,
    touchedLabels: new Set([
      ...given.dropLabels,
      ...given.renameLabels.flatMap(({ from, to }) => [from, to]),
    ]),
    admits: compileAdmission(selectors),
    transform: compileTransform(given),
  };
}

/** A selector's conditions beside an equal metric name. */
type Conditions = readonly (readonly [name: string, test: ValueTest])[];

/** Selectors that name their metric are found by it; the others are tried one by one. */
function compileAdmission(selectors: readonly (readonly Matcher[])[]): (labels: Labels) => boolean {
  const byMetric = new Map<string, Conditions[]>();
  const ofAnyMetric: Conditions[] = [];
  for (const matchers of selectors) {
    const named = matchers.find((m) => m.name === METRIC_NAME && m.operator === "=");
    const conditions = matchers
      .filter((matcher) => matcher !== named)
      .map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
    if (named === undefined) {
      ofAnyMetric.push(conditions);
      continue;
    }
    const ofMetric = byMetric.get(named.value);
    if (ofMetric === undefined) byMetric.set(named.value, [conditions]);
    else ofMetric.push(conditions);
  }
  return (labels) => {
    const named = byMetric.get(labelValue(labels, METRIC_NAME));
    if (named?.some((conditions) => holds(conditions, labels)) === true) return true;
    return ofAnyMetric.some((conditions) => holds(conditions, labels));
  };
}

function holds(conditions: Conditions, labels: Labels): boolean {
  return conditions.every(([name, test]) => test(labelValue(labels, name)));
}

function compileTransform(entitlement: Entitlement): (labels: Labels) => Labels {
  if (entitlement.renameLabels.length > 0) return compileRenames(entitlement);
  if (entitlement.dropLabels.length > 0) return compileDrops(entitlement);
  return (labels) => labels;
}

function compileDrops(entitlement: Entitlement): (labels: Labels) => Labels {
  const dropped = new Set(entitlement.dropLabels);
  return (labels) => {
    const kept: string[] = [];
    for (let i = 0; i < labels.length; i += 2) {
      const name = labels[i] ?? "";
      if (!dropped.has(name)) kept.push(name, labels[i + 1] ?? "");
    }
    // What is left of a sorted set without repetitions is one.
    return kept as readonly string[] as Labels;
  };
}

/**
 * Every label moves to its new name at once. Where a renamed label arrives at a name that the
 * series also has, it replaces that label, as `replace` does in Prometheus' relabelling: the tenant
 * sees less, never more.
 */
function compileRenames(entitlement: Entitlement): (labels: Labels) => Labels {
  const dropped = new Set(entitlement.dropLabels);
  const targets = new Map(entitlement.renameLabels.map(({ from, to }) => [from, to]));
  return (labels) => {
    const seen = new Map<string, string>();
    const moved = new Set<string>();
    for (const [name, value] of labelPairs(labels)) {
      if (dropped.has(name)) continue;
      const target = targets.get(name);
      if (target !== undefined) {
        seen.set(target, value);
        moved.add(target);
      } else if (!moved.has(name)) {
        seen.set(name, value);
      }
    }
    return labelsOf(seen);
  };
}
