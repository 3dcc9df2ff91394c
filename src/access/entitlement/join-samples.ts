import { isStaleMarker, type SampleColumns, wordsOf, writeStaleMarker } from "#model";
import type { CollisionPolicy } from "./entitlement.ts";

/** A member without a newer sample counts for this long, as an instant selector would see it. */
export const MEMBER_LOOKBACK_MS = 300_000;

/**
 * The samples of series that look equal, as one series. Where their lives do not overlap they follow
 * each other. Where they do, the joined series has a sample whenever a member has one: the sum or
 * the largest of each member's newest value; it ends when all members have ended. False, and nothing
 * done, where the rule is to refuse, and where histograms would have to be joined.
 */
export function joinSamples(
  parts: readonly SampleColumns[],
  policy: CollisionPolicy,
  into: SampleColumns,
): boolean {
  const filled = parts
    .filter((part) => part.length > 0)
    .toSorted((a, b) => (a.timestampsMs[0] as number) - (b.timestampsMs[0] as number));
  if (filled.every((part, i) => i === 0 || startsAfter(part, filled[i - 1] as SampleColumns))) {
    for (const part of filled) into.appendFrom(part);
    return true;
  }
  if (policy === "refuse" || filled.some(({ histograms }) => histograms !== null)) return false;
  combine(filled, policy, into);
  return true;
}

function startsAfter(part: SampleColumns, earlier: SampleColumns): boolean {
  return (part.timestampsMs[0] as number) > (earlier.timestampsMs[earlier.length - 1] as number);
}

interface Member {
  readonly samples: SampleColumns;
  readonly words: Uint32Array;
  next: number;
}

function combine(
  parts: readonly SampleColumns[],
  policy: "sum" | "max",
  into: SampleColumns,
): void {
  const members = parts.map((samples): Member => ({
    samples,
    words: wordsOf(samples.values),
    next: 0,
  }));
  for (;;) {
    let timeMs = Infinity;
    for (const { samples, next } of members) {
      if (next < samples.length) timeMs = Math.min(timeMs, samples.timestampsMs[next] as number);
    }
    if (timeMs === Infinity) return;
    let value: number | null = null;
    for (const member of members) {
      const own = newestAt(member, timeMs);
      if (own === null) continue;
      if (value === null) value = own;
      else value = policy === "sum" ? value + own : larger(value, own);
    }
    put(into, timeMs, value);
  }
}

/** Moves the member on to that time; null where it has nothing there. */
function newestAt(member: Member, timeMs: number): number | null {
  const { samples, words } = member;
  while (member.next < samples.length && (samples.timestampsMs[member.next] as number) <= timeMs) {
    member.next += 1;
  }
  const newest = member.next - 1;
  if (newest < 0 || isStaleMarker(words, newest)) return null;
  if ((samples.timestampsMs[newest] as number) <= timeMs - MEMBER_LOOKBACK_MS) return null;
  return samples.values[newest] as number;
}

/** NaN only where both are, as PromQL's max has it. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

function put(into: SampleColumns, timeMs: number, value: number | null): void {
  into.reserve(1);
  into.timestampsMs[into.length] = timeMs;
  if (value === null) writeStaleMarker(wordsOf(into.values), into.length);
  else into.values[into.length] = value;
  into.length += 1;
}
