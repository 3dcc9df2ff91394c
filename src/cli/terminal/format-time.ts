/** A moment for people, to the second, in UTC; «never» where there is none. */
export function formatTime(timeMs: number | null): string {
  if (timeMs === null) return "never";
  return new Date(timeMs)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}
