import { boundOf, isLegacyLabelName, isLegacyMetricName, quoteText } from "#exposition";
import type { GroupedType } from "./family-block.ts";
import type { FamilyRole } from "./family-role.ts";
import { entryCount, type Metric } from "./metric.ts";
import type { Pacer } from "./pacer.ts";
import type { PrefixArena } from "./prefix-arena.ts";

/**
 * The order of histograms, summaries and state sets: all samples of one label set together, buckets by rising
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
  type: GroupedType,
  arena: PrefixArena,
  pacer: Pacer,
): Promise<GroupedOrder | null> {
  const groups = new Map<string, Point[]>();
  // Metrics without a bound first: their label sets come in order, which makes sorting cheap.
  const ordered = members.toSorted((a, b) => Number(isBounded(a)) - Number(isBounded(b)));
  for (const member of ordered) {
    const { entries, name } = member.metric;
    const label = labelText(innerLabel(member, type));
    for (let i = 0; i < entries.length; i += 2) {
      if (i % 1024 === 0 && pacer.isDue()) await pacer.pause();
      const position = entries[i + 1] as number;
      const { rest, inner } = splitPrefix(textOf(arena, position), name, label);
      const bound = inner === null ? NaN : boundOf(inner);
      const isRight = label === "" || (inner !== null && isBoundOf(type, bound));
      if (!isRight) return null;
      const role = roleOf(member.role, bound);
      const point = { ref: entries[i] as number, position, role, bound };
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

/** The label that tells the samples of one label set apart; "" for sums and counts. */
function innerLabel(member: FamilyMember, type: GroupedType): string {
  if (!isBounded(member)) return "";
  if (type === "stateset") return member.metric.name;
  return type === "summary" ? "quantile" : "le";
}

/** As it stands in a prefix, which is looked at as Latin-1. */
function labelText(label: string): string {
  if (label === "") return "";
  const written = isLegacyLabelName(label) ? label : quoteText(label);
  return `,${Buffer.from(written).toString("latin1")}="`;
}

/** Latin-1 instead of UTF-8: the texts are only compared, and this is several times faster. */
function textOf(arena: PrefixArena, position: number): string {
  const bytes = arena.bytesAt(position);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/**
 * The labels without the name and the inner label. Within a quoted value every quote has a
 * backslash before it, so `,le="` can only be the label itself.
 */
function splitPrefix(
  text: string,
  name: string,
  label: string,
): { rest: string; inner: string | null } {
  const nameLength = isLegacyMetricName(name)
    ? name.length
    : Buffer.byteLength(quoteText(name)) + 1;
  const hasLabels = text.length > nameLength + 2;
  const labels = hasLabels ? `,${text.slice(nameLength + 1, -2)}` : "";
  const at = label === "" ? -1 : labels.indexOf(label);
  if (at < 0) return { rest: labels, inner: null };
  const start = at + label.length;
  let end = labels.indexOf('"', start);
  while (isEscaped(labels, end)) end = labels.indexOf('"', end + 1);
  return { rest: labels.slice(0, at) + labels.slice(end + 1), inner: labels.slice(start, end) };
}

/** Whether an odd number of backslashes stands before the quote. */
function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function roleOf(role: FamilyRole, bound: number): number {
  if (role === "bucket") return bound === Infinity ? ROLE_LAST_BUCKET : ROLE_BUCKET;
  if (role === "count") return ROLE_COUNT;
  return role === "sum" ? ROLE_SUM : ROLE_PLAIN;
}

function isBoundOf(type: GroupedType, bound: number): boolean {
  if (type === "stateset") return true;
  return type === "summary" ? bound >= 0 && bound <= 1 : !Number.isNaN(bound);
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
    group.sort((a, b) => comparePoints(a, b, arena));
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

function comparePoints(a: Point, b: Point, arena: PrefixArena): number {
  return (
    rank(a.role) - rank(b.role) ||
    compareNumbers(a.bound, b.bound) ||
    arena.compare(a.position, b.position) ||
    a.ref - b.ref
  );
}

function rank(role: number): number {
  return role === ROLE_LAST_BUCKET ? ROLE_BUCKET : role;
}

/** Not by difference: two infinities differ by NaN. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
