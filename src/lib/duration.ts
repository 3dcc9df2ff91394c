/**
 * Durations as Prometheus writes them: whole numbers with units, largest first, each at most once
 * (`1h30m`, `15s`, `0`). A day is 24 h, a year 365 d, whatever the calendar says.
 */
const UNITS = [
  ["y", 365 * 24 * 3_600_000],
  ["w", 7 * 24 * 3_600_000],
  ["d", 24 * 3_600_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

const PATTERN =
  /^(?:(\d{1,15})y)?(?:(\d{1,15})w)?(?:(\d{1,15})d)?(?:(\d{1,15})h)?(?:(\d{1,15})m)?(?:(\d{1,15})s)?(?:(\d{1,15})ms)?$/;

/** Milliseconds; null where the text is no duration or too long to count exactly. */
export function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  const match = PATTERN.exec(text);
  if (match === null || text === "") return null;
  const totalMs = UNITS.reduce(
    (sum, [, unitMs], index) => sum + Number(match[index + 1] ?? 0) * unitMs,
    0,
  );
  return Number.isSafeInteger(totalMs) ? totalMs : null;
}

/**
 * The shortest exact spelling, as Prometheus prints it: years and weeks only where nothing is left
 * over, so that 15 days stay `15d`. Takes whole milliseconds, not negative.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  let restMs = durationMs;
  let text = "";
  for (const [unit, unitMs] of UNITS) {
    const mustBeExact = unit === "y" || unit === "w";
    if (mustBeExact && restMs % unitMs !== 0) continue;
    const count = Math.floor(restMs / unitMs);
    if (count === 0) continue;
    text += `${count}${unit}`;
    restMs -= count * unitMs;
  }
  return text;
}
