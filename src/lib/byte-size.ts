/**
 * Sizes as Prometheus reads them: a number and a unit, powers of 1024 with and without the `i`
 * (`512MB` = `512MiB`). One meaning for both spellings is what its users already rely on.
 */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  PB: 1024 ** 5,
};

/** Bytes; null where the text is no size. `0` needs no unit, every other number does. */
export function parseByteSize(text: string): number | null {
  if (text === "0") return 0;
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([KMGTP]?)(i?)B$/.exec(text);
  if (match === null || (match[2] === "" && match[3] === "i")) return null;
  const bytes = Math.round(Number(match[1]) * (UNITS[`${match[2]}B`] ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The largest unit that keeps it exact: `1GiB`, `1536MiB`, `17B`. */
export function formatByteSize(bytes: number): string {
  if (bytes === 0) return "0";
  const exact = Object.entries(UNITS).findLast(([, unitBytes]) => bytes % unitBytes === 0);
  const [unit, unitBytes] = exact ?? ["B", 1];
  return `${bytes / unitBytes}${unit.length === 2 ? `${unit[0]}iB` : unit}`;
}
