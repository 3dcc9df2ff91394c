/** Shortest digits that read back the same, never with an exponent: Go's 'f' format. */
export function formatPositional(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - whole.length)}${digits}`;
  return sign + digits.padEnd(whole.length + exponent, "0");
}

/** Go's 'g' format with the shortest digits: an exponent below −4 and from 6 on. */
export function formatGeneral(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatPositional(value);
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return formatPositional(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Go's 'f' format with six decimals. */
export function formatFixed(value: number): string {
  // JavaScript's own goes over to exponents there.
  const isWhole = !Number.isFinite(value) || Math.abs(value) >= 1e21;
  if (!isWhole) return value.toFixed(6);
  return Number.isFinite(value) ? `${formatPositional(value)}.000000` : formatPositional(value);
}

/** Go's 'g' format with two significant digits. */
export function formatTwoDigits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatPositional(value);
  const [mantissa = "", exponentText = "0"] = value.toExponential(1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 2) return formatPositional(Number(value.toPrecision(2)));
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa.replace(/\.0$/, "")}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
