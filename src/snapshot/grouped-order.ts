import { boundOf, isLegacyMetricName, quoteText } from "#exposition";
import type { MetricType } from "#model";
import type { FamilyRole } from "./family-role.ts";
import { entryCount, type Metric } from "./metric.ts";
import type { Pacer } from "./pacer.ts";
import type { PrefixArena } from "./prefix-arena.ts";

/**
 * The order of histograms and summaries: all samples of one label set together, buckets by rising
 * bound, then count and sum (OpenMetrics 1.0.0, «Groups of MetricPoints»; a strict parser refuses
 * anything else). Label sets are told apart by the text of the prefix without the bound, so that
 * nothing has to be asked of the store, whose series may be gone by now.
 */
export interface GroupedOrder {
  /** Series ref and prefix position, by turns. */
  readonly entries: Uint32Array;
  /** A byte a series: a role below, with the two flags. */
  readonly roles: Uint8Array;
  readonly twins: Uint32Array | null;
}

/** A metric and its part in the family. */
export interface FamilyMember {
  readonly metric: Metric;
  readonly role: FamilyRole;
}

export const ROLE_PLAIN = 0;
export const ROLE_BUCKET = 1;
/** The bucket with the bound `+Inf`. */
export const ROLE_LAST_BUCKET = 2;
export const ROLE_COUNT = 3;
export const ROLE_SUM = 4;
export const ROLE_MASK = 7;
/** The first series of its label set. */
export const STARTS_GROUP = 8;
/** A bucket with a bound below zero: then OpenMetrics allows no sum. */
export const NEGATIVE_BOUND = 16;

interface Point {
  readonly ref: number;
  readonly position: number;
  readonly role: number;
  readonly bound: number;
}

/** Null where a bound is missing or is not one: then the family cannot have its type. */
export async function groupedOrder(
  members: readonly FamilyMember[],
  type: MetricType,
  arena: PrefixArena,
  pacer: Pacer,
): Promise<GroupedOrder | null> {
  const groups = new Map<string, Point[]>();
  // Metrics without a bound first: their label sets come in order, which makes sorting cheap.
  const ordered = members.toSorted((a, b) => Number(isBounded(a)) - Number(isBounded(b)));
  for (const member of ordered) {
    const { entries, name } = member.metric;
    const boundLabel = member.role === "bucket" ? "le" : isBounded(member) ? "quantile" : "";
    for (let i = 0; i < entries.length; i += 2) {
      if (i % 1024 === 0 && pacer.isDue()) await pacer.pause();
      const position = entries[i + 1] as number;
      const { rest, bound } = splitPrefix(textOf(arena, position), name, boundLabel);
      const role = roleOf(member.role, bound);
      if (!isBoundOf(role, type, bound)) return null;
      const point = { ref: entries[i] as number, position, role, bound: bound ?? 0 };
      const group = groups.get(rest);
      if (group === undefined) groups.set(rest, [point]);
      else group.push(point);
    }
  }
  return inOrder(groups, members, arena);
}

function isBounded(member: FamilyMember): boolean {
  return member.role === "bucket" || member.role === "plain";
}

/** Latin-1 instead of UTF-8: the texts are only compared, and this is several times faster. */
function textOf(arena: PrefixArena, position: number): string {
  const bytes = arena.bytesAt(position);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/**
 * The labels without the name and the bound. Within a quoted value every quote has a backslash
 * before it, so `,le="` can only be the label itself.
 */
function splitPrefix(
  text: string,
  name: string,
  boundLabel: string,
): { rest: string; bound: number | null } {
  const nameLength = isLegacyMetricName(name)
    ? name.length
    : Buffer.byteLength(quoteText(name)) + 1;
  const labels = `,${text.slice(nameLength + (text[nameLength] === " " ? 0 : 1), -2)}`;
  const at = boundLabel === "" ? -1 : labels.indexOf(`,${boundLabel}="`);
  if (at < 0) return { rest: labels === "," ? "" : labels, bound: null };
  const start = at + boundLabel.length + 3;
  const end = labels.indexOf('"', start);
  return {
    rest: labels.slice(0, at) + labels.slice(end + 1),
    bound: boundOf(labels.slice(start, end)),
  };
}

function roleOf(role: FamilyRole, bound: number | null): number {
  if (role === "bucket") return bound === Infinity ? ROLE_LAST_BUCKET : ROLE_BUCKET;
  if (role === "count") return ROLE_COUNT;
  return role === "sum" ? ROLE_SUM : ROLE_PLAIN;
}

function isBoundOf(role: number, type: MetricType, bound: number | null): boolean {
  if (role === ROLE_COUNT || role === ROLE_SUM) return true;
  if (type === "summary") return bound !== null && bound >= 0 && bound <= 1;
  return bound !== null && !Number.isNaN(bound);
}

function inOrder(
  groups: ReadonlyMap<string, Point[]>,
  members: readonly FamilyMember[],
  arena: PrefixArena,
): GroupedOrder {
  const length = members.reduce((sum, { metric }) => sum + entryCount(metric.entries), 0);
  const entries = new Uint32Array(length * 2);
  const roles = new Uint8Array(length);
  const twins: number[] = [];
  let i = 0;
  for (const [, group] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    group.sort(comparePoints);
    const first = i;
    for (const point of group) {
      entries[i * 2] = point.ref;
      entries[i * 2 + 1] = point.position;
      roles[i] =
        point.role |
        (i === first ? STARTS_GROUP : 0) |
        (point.role === ROLE_BUCKET && point.bound < 0 ? NEGATIVE_BOUND : 0);
      const isTwin = i > first && arena.compare(entries[i * 2 - 1] as number, point.position) === 0;
      if (isTwin) twins.push(i);
      i += 1;
    }
  }
  return { entries, roles, twins: twins.length === 0 ? null : Uint32Array.from(twins) };
}

function comparePoints(a: Point, b: Point): number {
  return rank(a.role) - rank(b.role) || compareNumbers(a.bound, b.bound) || a.position - b.position;
}

function rank(role: number): number {
  return role === ROLE_LAST_BUCKET ? ROLE_BUCKET : role;
}

/** Not by difference: two infinities differ by NaN. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
