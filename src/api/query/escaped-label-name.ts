const PREFIX = "U__";

/**
 * A label name as clients write it that know only classic names: `U__`, then the name with `_` as
 * `__` and other characters as `_HEX_` (Prometheus' UTF-8 proposal, «values» escaping). What is not
 * written so is the name itself.
 */
export function unescapeLabelName(text: string): string {
  if (!text.startsWith(PREFIX)) return text;
  const body = text.slice(PREFIX.length);
  if (!/^(?:[A-Za-z0-9:]|__|_[0-9a-fA-F]{1,6}_)*$/.test(body)) return text;
  let isReal = true;
  const name = body.replace(/__|_([0-9a-fA-F]{1,6})_/g, (_, hex: string | undefined) => {
    if (hex === undefined) return "_";
    const code = Number.parseInt(hex, 16);
    isReal &&= code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isReal ? String.fromCodePoint(code) : "";
  });
  return isReal ? name : text;
}
