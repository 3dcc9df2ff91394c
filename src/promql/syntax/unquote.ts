/**
 * Go's string literals, which PromQL takes over: `\a \b \f \n \r \t \v \\`, the literal's own quote,
 * `\ooo` and `\xHH` for bytes, `\uXXXX` and `\UXXXXXXXX` for code points; back-quotes are raw.
 * Bytes must add up to UTF-8, because label values are UTF-8.
 */
export type Unquoted =
  | { readonly ok: true; readonly value: string }
  /** `offset` counts from the opening quote. */
  | { readonly ok: false; readonly offset: number; readonly reason: string };

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

/** `literal` includes its quotes and is known to be terminated. */
export function unquote(literal: string): Unquoted {
  const quote = literal[0] ?? "";
  const body = literal.slice(1, -1);
  if (quote === "`" || !body.includes("\\")) return { ok: true, value: body };

  const bytes: number[] = [];
  let offset = 0;
  while (offset < body.length) {
    const backslash = body.indexOf("\\", offset);
    const plainEnd = backslash === -1 ? body.length : backslash;
    for (const byte of encoder.encode(body.slice(offset, plainEnd))) bytes.push(byte);
    if (backslash === -1) break;
    const escape = readEscape(body, backslash, quote);
    if (typeof escape === "string") return { ok: false, offset: backslash + 1, reason: escape };
    for (const byte of escape.bytes) bytes.push(byte);
    offset = escape.end;
  }
  return decode(bytes);
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
  if (!isOctal && numeric === undefined) return unknownEscape(letter);

  const [digits, base] = numeric ?? [3, 8];
  const start = backslash + (isOctal ? 1 : 2);
  const text = body.slice(start, start + digits);
  if (text.length < digits) return "escape sequence not terminated";
  if (!(base === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(text)) {
    return `illegal character in escape sequence "${text}"`;
  }
  const code = Number.parseInt(text, base);
  const end = start + digits;
  if (letter === "u" || letter === "U") {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      return "escape sequence is an invalid Unicode code point";
    }
    return { bytes: encoder.encode(String.fromCodePoint(code)), end };
  }
  return code > 0xff ? "escape sequence is above one byte" : { bytes: [code], end };
}

/** As Go's `%#U` shows a character. */
function unknownEscape(letter: string): string {
  const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return `unknown escape sequence U+${code} '${letter}'`;
}

function decode(bytes: readonly number[]): Unquoted {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { ok: true, value: decoder.decode(Uint8Array.from(bytes)) };
  } catch {
    return { ok: false, offset: 0, reason: "string is not valid UTF-8" };
  }
}
