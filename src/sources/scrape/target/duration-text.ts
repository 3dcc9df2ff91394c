/** Prometheus' duration syntax: `1h30m`, `15s`, `500ms`, `0`; units from large to small, each once. */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

const UNITS: readonly (readonly [suffix: string, ms: number, exactOnly: boolean])[] = [
  ["y", 365 * 86_400_000, true],
  ["w", 7 * 86_400_000, true],
  ["d", 86_400_000, true],
  ["h", 3_600_000, false],
  ["m", 60_000, false],
  ["s", 1_000, false],
  ["ms", 1, false],
];

/** Milliseconds, or null where the text is not a duration. */
export function parseDurationMs(text: string): number | null {
  if (text === "0") return 0;
  const match = text === "" ? null : DURATION.exec(text);
  if (match === null) return null;
  let sumMs = 0;
  for (const [i, [, unitMs]] of UNITS.entries()) sumMs += Number(match[i + 1] ?? 0) * unitMs;
  return Number.isSafeInteger(sumMs) ? sumMs : null;
}

/** As Prometheus prints it in `__scrape_interval__`: years, weeks and days only where nothing is left over. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  let restMs = durationMs;
  let text = "";
  for (const [suffix, unitMs, exactOnly] of UNITS) {
    if (exactOnly && restMs % unitMs !== 0) continue;
    const count = Math.floor(restMs / unitMs);
    if (count === 0) continue;
    text += `${count}${suffix}`;
    restMs -= count * unitMs;
  }
  return text;
}
