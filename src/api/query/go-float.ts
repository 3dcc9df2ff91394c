/** What a number may look like, as Go's ParseFloat reads it. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Infinity],
  ["infinity", Infinity],
]);

/** The number, or null where Go would not read one. Hexadecimal is left out. */
export function readGoFloat(text: string): number | null {
  if (DECIMAL.test(text)) return Number(text);
  const sign = text.startsWith("-") ? -1 : 1;
  const word = WORDS.get(text.replace(/^[+-]/, "").toLowerCase());
  return word === undefined ? null : sign * word;
}
