/**
 * Go's string literals, which PromQL takes over: `\a \b \f \n \r \t \v \\`, the literal's own quote,
 * `\ooo` and `\xHH` for bytes, `\uXXXX` and `\UXXXXXXXX` for code points; back-quotes are raw.
 *
 * Bytes that do not add up to UTF-8 are kept as lone surrogates U+DC80…U+DCFF, one a byte, so that
 * messages can show them (`go-quote.ts`); they equal no label of a series, which is always UTF-8.
 */

const SIMPLE: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  "\\": 0x5c,
};

/** Digits of the numeric escapes and their base. */
const NUMERIC: Readonly<Record<string, readonly [digits: number, base: number]>> = {
  x: [2, 16],
  u: [4, 16],
  U: [8, 16],
};

const encoder = new TextEncoder();

/** The value of a literal that the lexer has accepted; `literal` includes its quotes. */
export function unquote(literal: string): string {
  const quote = literal[0] ?? "";
  const body = literal.slice(1, -1);
  if (quote === "`" || !body.includes("\\")) return body;

  const bytes: number[] = [];
  let offset = 0;
  while (offset < body.length) {
    const backslash = body.indexOf("\\", offset);
    const plainEnd = backslash === -1 ? body.length : backslash;
    for (const byte of encoder.encode(body.slice(offset, plainEnd))) bytes.push(byte);
    if (backslash === -1) break;
    const escape = readEscape(body, backslash, quote);
    if (typeof escape === "string") return body;
    for (const byte of escape.bytes) bytes.push(byte);
    offset = escape.end;
  }
  return decode(bytes);
}

/** What is wrong with the literal's first bad escape, in Go's words; null where all are good. */
export function escapeFault(literal: string): string | null {
  const quote = literal[0] ?? "";
  const body = literal.slice(1, -1);
  let backslash = body.indexOf("\\");
  while (backslash !== -1) {
    const escape = readEscape(body, backslash, quote);
    if (typeof escape === "string") return escape;
    backslash = body.indexOf("\\", escape.end);
  }
  return null;
}

interface Escape {
  readonly bytes: Iterable<number>;
  readonly end: number;
}

/** Reads the escape at `backslash`, or says what is wrong with it. */
function readEscape(body: string, backslash: number, quote: string): Escape | string {
  const letter = body[backslash + 1];
  if (letter === undefined) return "escape sequence not terminated";
  if (letter === quote) return { bytes: [letter.charCodeAt(0)], end: backslash + 2 };
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { bytes: [simple], end: backslash + 2 };
  const isOctal = letter >= "0" && letter <= "7";
  const numeric = Object.hasOwn(NUMERIC, letter) ? NUMERIC[letter] : undefined;
  if (!isOctal && numeric === undefined) return `unknown escape sequence ${codePoint(letter)}`;

  const [digits, base] = numeric ?? [3, 8];
  const start = backslash + (isOctal ? 1 : 2);
  const text = body.slice(start, start + digits);
  const foreign = text.search(base === 8 ? /[^0-7]/ : /[^0-9a-fA-F]/);
  if (foreign !== -1 || text.length < digits) {
    const char = foreign === -1 ? quote : (text[foreign] ?? "");
    return `illegal character ${codePoint(char)} in escape sequence`;
  }
  const code = Number.parseInt(text, base);
  const end = start + digits;
  const isPoint = letter === "u" || letter === "U";
  const codeMax = isPoint ? 0x10ffff : 0xff;
  if (code > codeMax || (code >= 0xd800 && code <= 0xdfff)) {
    return "escape sequence is an invalid Unicode code point";
  }
  return { bytes: isPoint ? encoder.encode(String.fromCodePoint(code)) : [code], end };
}

/** As Go's `%#U` shows a character. */
function codePoint(char: string): string {
  const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code} '${char}'`;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: readonly number[]): string {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return decodeBroken(bytes);
  }
}

/** Whole characters as they are, every other byte as a surrogate. */
function decodeBroken(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const char = [1, 2, 3, 4].map((length) => wholeChar(bytes.slice(at, at + length)));
    const length = char.findIndex((found) => found !== null) + 1;
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : char[length - 1];
    at += Math.max(1, length);
  }
  return text;
}

function wholeChar(bytes: readonly number[]): string | null {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** Whether the text came of bytes that are no UTF-8. */
export function isBrokenText(text: string): boolean {
  return /[\udc80-\udcff]/u.test(text);
}
