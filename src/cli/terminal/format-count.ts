/** 1234567 as `1,234,567`, whatever the locale of the machine. */
export function formatCount(count: number): string {
  return Math.floor(count)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
