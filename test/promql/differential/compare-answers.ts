import type { Answer, HistogramAnswer, PointAnswer, SeriesAnswer } from "./answer.ts";

export interface Comparison {
  /** 0: bit for bit. */
  readonly relativeTolerance: number;
  readonly comparesAnnotations: boolean;
  /** Whether the order of an instant vector is part of the answer. */
  readonly isOrdered: boolean;
}

/** The first difference in words, or null. */
export function compareAnswers(ours: Answer, theirs: Answer, options: Comparison): string | null {
  if ("error" in ours || "error" in theirs) {
    const [a, b] = [describeError(ours), describeError(theirs)];
    return a === b ? null : `ours: ${a}; theirs: ${b}`;
  }
  if (ours.type !== theirs.type) return `ours is a ${ours.type}, theirs a ${theirs.type}`;
  if (ours.text !== theirs.text) return `ours: ${ours.text}; theirs: ${theirs.text}`;
  return (
    compareSeries(ours.series, theirs.series, options) ??
    (ours.type === "matrix" ? compareLabelOrder(ours.series, theirs.series) : null) ??
    (options.comparesAnnotations ? compareSets(ours.annotations, theirs.annotations) : null)
  );
}

function describeError(answer: Answer): string {
  return "error" in answer
    ? `error ${answer.error}`
    : `an answer of ${answer.series.length} series`;
}

function compareSeries(
  ours: readonly SeriesAnswer[],
  theirs: readonly SeriesAnswer[],
  options: Comparison,
): string | null {
  const byLabels = new Map(ours.map((series) => [keyOf(series), series]));
  if (byLabels.size !== ours.length) return "ours has a label set twice";
  for (const series of theirs) {
    const key = keyOf(series);
    const own = byLabels.get(key);
    if (own === undefined) return `only theirs has ${key}: ${describe(series)}`;
    const different = comparePoints(own, series, options.relativeTolerance);
    if (different !== null) return `${key} ${different}`;
    byLabels.delete(key);
  }
  for (const [key, series] of byLabels) return `only ours has ${key}: ${describe(series)}`;
  return options.isOrdered ? compareOrder(ours, theirs) : null;
}

/** Series of a matrix are sorted by their labels. */
function compareLabelOrder(
  ours: readonly SeriesAnswer[],
  theirs: readonly SeriesAnswer[],
): string | null {
  const at = ours.findIndex((series, i) => keyOf(series) !== keyOf(theirs[i] ?? series));
  const [own, other] = [ours[at], theirs[at]];
  if (own === undefined || other === undefined) return null;
  return `at position ${at + 1} of the matrix ours has ${keyOf(own)}, theirs ${keyOf(other)}`;
}

/** Equal values may stand in any order: Prometheus' sorting is not stable. */
function compareOrder(
  ours: readonly SeriesAnswer[],
  theirs: readonly SeriesAnswer[],
): string | null {
  for (const [i, own] of ours.entries()) {
    const other = theirs[i];
    if (other === undefined || keyOf(own) === keyOf(other)) continue;
    const [a, b] = [own.points[0]?.value, other.points[0]?.value];
    if (typeof a !== "number" || typeof b !== "number" || !isEqual(a, b, 1e-12)) {
      return `at position ${i + 1} ours has ${keyOf(own)}, theirs ${keyOf(other)}`;
    }
  }
  return null;
}

function keyOf({ labels }: SeriesAnswer): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function describe({ points }: SeriesAnswer): string {
  return points
    .slice(0, 3)
    .map(({ timeMs, value }) => `${JSON.stringify(shown(value))} at ${timeMs}`)
    .join(", ");
}

function shown(value: PointAnswer): unknown {
  return typeof value === "number" ? String(value) : value;
}

function comparePoints(
  { points: ours }: SeriesAnswer,
  { points: theirs }: SeriesAnswer,
  tolerance: number,
): string | null {
  const count = Math.max(ours.length, theirs.length);
  for (let i = 0; i < count; i++) {
    const [a, b] = [ours[i], theirs[i]];
    if (a === undefined || b === undefined || a.timeMs !== b.timeMs) {
      return `has points at other times: ours ${a?.timeMs}, theirs ${b?.timeMs}`;
    }
    if (!isEqualPoint(a.value, b.value, tolerance)) {
      return `at ${a.timeMs}: ours ${JSON.stringify(shown(a.value))}, theirs ${JSON.stringify(shown(b.value))}`;
    }
  }
  return null;
}

function isEqualPoint(a: PointAnswer, b: PointAnswer, tolerance: number): boolean {
  if (typeof a === "number" || typeof b === "number") {
    return typeof a === typeof b && isEqual(a as number, b as number, tolerance);
  }
  return isEqualHistogram(a, b, tolerance);
}

function isEqualHistogram(a: HistogramAnswer, b: HistogramAnswer, tolerance: number): boolean {
  const [ours, theirs] = [populated(a), populated(b)];
  return (
    isEqual(a.count, b.count, tolerance) &&
    isEqual(a.sum, b.sum, tolerance) &&
    ours.length === theirs.length &&
    ours.every((bucket, i) =>
      bucket.every((one, j) => isEqual(one, theirs[i]?.[j] ?? NaN, tolerance)),
    )
  );
}

/**
 * Of which empty buckets a store remembers the place is its own affair; a product with NaN makes NaN
 * of them, so those say nothing. The API leaves the zero bucket out unless it has observations.
 */
function populated({ buckets }: HistogramAnswer): HistogramAnswer["buckets"] {
  return buckets.filter(
    ([rule, , , count]) => !Number.isNaN(count) && (rule === 3 ? count > 0 : count !== 0),
  );
}

function isEqual(a: number, b: number, tolerance: number): boolean {
  // Of equal zeros it is chance which one a sort puts first.
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (tolerance === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  const difference = Math.abs(a - b);
  // A cosine near zero has no more exact digits than the angle.
  return difference <= tolerance * Math.max(Math.abs(a), Math.abs(b)) || difference < 1e-15;
}

function compareSets(ours: readonly string[], theirs: readonly string[]): string | null {
  const missing = theirs.filter((text) => !ours.includes(text));
  const excess = ours.filter((text) => !theirs.includes(text));
  if (missing.length + excess.length === 0) return null;
  return `annotations: only ours ${JSON.stringify(excess)}, only theirs ${JSON.stringify(missing)}`;
}
