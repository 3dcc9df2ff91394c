/**
 * Numbers as the original's language prints them: shortest digits that read back, like JavaScript,
 * but with an exponent from another size on.
 */

/** With an exponent of at least two digits below 1e-4 and from 1e6 on (`2.475128e+06`). */
export function formatGeneral(value: number): string {
  const [digits = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Never with an exponent. */
export function formatPlain(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", first = "", rest = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  const digits = first + rest;
  return exponent < 0
    ? `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
    : `${sign}${digits.padEnd(exponent + 1, "0")}`;
}
