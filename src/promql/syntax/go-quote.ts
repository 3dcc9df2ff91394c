/**
 * Text as Go's `%q` shows it, which is how Prometheus quotes in messages and prints string literals.
 * Bytes that are no UTF-8 are carried as lone surrogates U+DC80…U+DCFF (see `unquote.ts`).
 */
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};

/** What Go calls printable: letters, marks, numbers, punctuation, symbols and the ASCII blank. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Nothing in such a text needs an escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) quoted += char === '"' ? '\\"' : escaped(char);
  return `${quoted}"`;
}

/** One character between single quotes, as Go's `%q` shows a rune. */
export function goQuoteChar(char: string): string {
  return char === "'" ? "'\\''" : `'${escaped(char)}'`;
}

function escaped(char: string): string {
  if (Object.hasOwn(SHORT_ESCAPES, char)) return SHORT_ESCAPES[char] ?? char;
  if (PRINTABLE.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
