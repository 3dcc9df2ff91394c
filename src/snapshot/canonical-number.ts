/**
 * Bucket bounds and quantiles as OpenMetrics wants them («Considerations: Canonical Numbers»):
 * `1.0`, `2.5`, `1e+06`, `+Inf`. Prometheus 3 rewrites what it scrapes to this form and 2.x does
 * not, so any other form would change a series' identity when a customer upgrades.
 */
export function canonicalNumber(text: string): string {
  if (!NUMBER.test(text)) return text;
  const value = parsed(text);
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  const shortest = asGoWrites(value);
  return /[.e]/.test(shortest) ? shortest : `${shortest}.0`;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|infinity|nan)$/i;

function parsed(text: string): number {
  const word = text.toLowerCase();
  if (word.endsWith("nan")) return NaN;
  if (!word.includes("inf")) return Number(text);
  return word.startsWith("-") ? -Infinity : Infinity;
}

/** Go's `FormatFloat(value, 'g', -1, 64)`: exponents of two digits, from 1e+06 and below 1e-04. */
function asGoWrites(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < EXPONENT_FROM) return String(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Where Go's shortest form begins to write an exponent; JavaScript's does so at 1e21. */
const EXPONENT_FROM = 6;
