/** Numbers as Go prints them where Prometheus does. */

/** Shortest digits that read back as the same number, without an exponent: Go's `%f` with −1. */
export function formatPositional(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const [digits = "", exponentText] = text.split("e");
  if (exponentText === undefined) return text;
  const sign = value < 0 ? "-" : "";
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const exponent = Number(exponentText);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - whole.length)}${whole}${fraction}`;
  return `${sign}${whole}${fraction}${"0".repeat(exponent - fraction.length)}`;
}

/** Shortest digits, with an exponent below 1e-4 and from 1e21 on: Go's `%v`. */
export function formatShortest(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  if (Object.is(value, -0)) return "-0";
  const magnitude = Math.abs(value);
  const hasExponent = magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21);
  if (!hasExponent) return formatPositional(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
