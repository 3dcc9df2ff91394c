import { claimedNames, escapeMetricName, type EscapingScheme } from "#exposition";
import { compareUtf8, type MetricMetadata, type MetricType } from "#model";
import { chooseMetadata } from "./choose-metadata.ts";
import {
  type FamilyBlock,
  type GroupedType,
  openMetricsHeader,
  singleBlock,
  textHeader,
  type ValueRule,
} from "./family-block.ts";
import { familyRole } from "./family-role.ts";
import { type FamilyMember, type GroupedOrder, groupedOrder } from "./grouped-order.ts";
import type { Metric } from "./metric.ts";
import type { Pacer } from "./pacer.ts";
import type { PrefixArena } from "./prefix-arena.ts";

/**
 * From metrics to families that a strict OpenMetrics parser accepts, whatever the sources said.
 *
 * A metric belongs to the family that its metadata names, if its name fits the type. A family that
 * cannot be what its type demands (its names clash with another family's, a bucket lacks its
 * bound) is written as single metrics of type «unknown», which OpenMetrics never refuses; names
 * and values stay as they are. The usual case: Go's runtime exposes both the gauge
 * `go_memstats_alloc_bytes` and the counter `go_memstats_alloc_bytes_total`, and to OpenMetrics
 * these are two families of one name. Prometheus text keeps the types it can.
 */
export interface Families {
  /** Sorted by name. */
  readonly blocks: readonly FamilyBlock[];
  /** To be handed to the next assembly, which reuses what has not changed. */
  readonly grouped: ReadonlyMap<string, GroupedFamily>;
}

/** A histogram's or summary's order, and what it was made from. */
interface GroupedFamily {
  readonly metrics: readonly Metric[];
  readonly order: GroupedOrder | null;
}

interface Candidate {
  readonly key: string;
  readonly family: string;
  readonly type: MetricType;
  readonly members: FamilyMember[];
}

/** What assembling needs besides the metrics. */
export interface AssemblyContext {
  readonly arena: PrefixArena;
  readonly escaping: EscapingScheme;
  readonly pacer: Pacer;
  readonly previous: ReadonlyMap<string, GroupedFamily>;
}

export async function assembleFamilies(
  metrics: Iterable<Metric>,
  context: AssemblyContext,
): Promise<Families> {
  const { singles, candidates } = sortOut(metrics, context.escaping);
  const grouped = await groupAll(candidates, context);
  const broken = new Set(candidates.filter(({ key }) => grouped.get(key)?.order === null));
  degradeClashing(candidates, broken, singles);
  const blocks = singles.map((metric) => singleBlock(metric, openMetricsTypeOf(metric)));
  for (const candidate of candidates) {
    if (broken.has(candidate)) {
      blocks.push(...candidate.members.map(({ metric }) => singleBlock(metric, "unknown")));
    } else blocks.push(familyBlock(candidate, grouped.get(candidate.key)?.order ?? null));
  }
  blocks.sort((a, b) => compareUtf8(a.name, b.name));
  return { blocks, grouped };
}

/** Singles are families that are what they are called; candidates have suffixes or rules. */
function sortOut(
  metrics: Iterable<Metric>,
  escaping: EscapingScheme,
): { singles: Metric[]; candidates: Candidate[] } {
  const singles: Metric[] = [];
  const candidates = new Map<string, Candidate>();
  for (const metric of metrics) {
    const { metadata } = metric;
    if (metadata === null || metadata.type === "gauge" || metadata.type === "unknown") {
      singles.push(metric);
      continue;
    }
    const family = escapeMetricName(metadata.family, escaping);
    const role = familyRole(metric.name, family, metadata);
    if (role === null) singles.push(metric);
    // Left out: it would become an ordinary series at most scrapers (specs of metrics access E.4).
    else if (role !== "created") {
      const key = `${metadata.type} ${family}`;
      const candidate = candidates.get(key);
      if (candidate !== undefined) candidate.members.push({ metric, role });
      else candidates.set(key, { key, family, type: metadata.type, members: [{ metric, role }] });
    }
  }
  for (const { members } of candidates.values()) {
    members.sort((a, b) => compareUtf8(a.metric.name, b.metric.name));
  }
  return { singles, candidates: [...candidates.values()] };
}

function openMetricsTypeOf(metric: Metric): "gauge" | "unknown" {
  return metric.metadata?.type === "gauge" ? "gauge" : "unknown";
}

function isGrouped(type: MetricType): type is GroupedType {
  return type !== "counter" && type !== "gauge" && type !== "info" && type !== "unknown";
}

async function groupAll(
  candidates: readonly Candidate[],
  { arena, pacer, previous }: AssemblyContext,
): Promise<Map<string, GroupedFamily>> {
  const grouped = new Map<string, GroupedFamily>();
  for (const { key, type, members } of candidates) {
    if (!isGrouped(type)) continue;
    const before = previous.get(key);
    const isSame =
      before?.metrics.length === members.length &&
      members.every(({ metric }, i) => before.metrics[i] === metric);
    grouped.set(
      key,
      isSame
        ? before
        : {
            metrics: members.map(({ metric }) => metric),
            order: await groupedOrder(members, type, arena, pacer),
          },
    );
  }
  return grouped;
}

/**
 * Breaks up every family whose reserved names meet another's, until none do. All of a round go at
 * once, so the outcome does not depend on the order of the families.
 */
function degradeClashing(
  candidates: readonly Candidate[],
  broken: Set<Candidate>,
  singles: readonly Metric[],
): void {
  while (true) {
    const owners = new Map<string, number>();
    const claim = (name: string): void => void owners.set(name, (owners.get(name) ?? 0) + 1);
    for (const { name } of singles) claim(name);
    for (const candidate of candidates) for (const name of claims(candidate, broken)) claim(name);
    const clashing = candidates.filter(
      (candidate) =>
        !broken.has(candidate) &&
        claims(candidate, broken).some((name) => (owners.get(name) ?? 0) > 1),
    );
    if (clashing.length === 0) return;
    for (const candidate of clashing) broken.add(candidate);
  }
}

function claims(candidate: Candidate, broken: ReadonlySet<Candidate>): readonly string[] {
  return broken.has(candidate)
    ? candidate.members.map(({ metric }) => metric.name)
    : claimedNames(candidate.family, candidate.type);
}

function familyBlock(
  { family, type, members }: Candidate,
  order: GroupedOrder | null,
): FamilyBlock {
  const metrics = members.map(({ metric }) => metric);
  const metadata = metrics.reduce<MetricMetadata | null>(
    (chosen, metric) => chooseMetadata(chosen, metric.metadata),
    null,
  );
  const [only] = metrics;
  const textName = order === null ? (only?.name ?? family) : family;
  return {
    name: family,
    openMetricsHeader: openMetricsHeader(family, type, metadata),
    textHeader: textHeader(textName, type, metadata),
    entries: order?.entries ?? only?.entries ?? new Uint32Array(0),
    twins: order === null ? (only?.twins ?? null) : order.twins,
    rule: ruleOf(type),
    roles: order?.roles ?? null,
    metrics,
    splitInText: type === "gaugehistogram",
  };
}

function ruleOf(type: MetricType): ValueRule {
  return type === "gauge" || type === "unknown" ? "none" : type;
}
