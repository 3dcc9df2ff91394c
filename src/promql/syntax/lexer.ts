import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import type { Token, TokenKind } from "./token.ts";

/**
 * Cuts a query's text into tokens, one at a time, as Prometheus' lexer does: what may stand inside
 * braces differs from what may stand outside (colons in names, operators), so the lexer counts them.
 */
export interface Lexer {
  next(): Token;
}

export function createLexer(text: string): Lexer {
  let offset = 0;
  let insideBraces = false;

  const token = (kind: TokenKind, end: number): Token => {
    const start = offset;
    offset = end;
    return { kind, text: text.slice(start, end), position: { start, end } };
  };
  const fail = (start: number, reason: string): never => {
    throw new PromqlSyntaxError(text, { start, end: start + 1 }, reason);
  };

  const next = (): Token => {
    offset = skipBlank(text, offset);
    const char = text[offset];
    if (char === undefined) {
      if (insideBraces) fail(offset, "unexpected end of input inside braces");
      return token("end", offset);
    }
    if (char === "{" || char === "}") {
      if (insideBraces && char === "{") fail(offset, "unexpected left brace '{'");
      if (!insideBraces && char === "}") fail(offset, "unexpected character: '}'");
      insideBraces = char === "{";
      return token(char, offset + 1);
    }
    if (char === ",") return token(char, offset + 1);
    if (char === "=")
      return text[offset + 1] === "~" ? token("=~", offset + 2) : token("=", offset + 1);
    if (char === "!") return negation();
    if (char === '"' || char === "'" || char === "`") return token("string", stringEnd(char));
    if (isLetter(char)) return name();
    if (insideBraces)
      fail(offset, `unexpected character inside braces: ${quotedChar(text, offset)}`);
    if (!OTHER.test(char)) fail(offset, `unexpected character: ${quotedChar(text, offset)}`);
    return token("other", offset + 1);
  };

  const negation = (): Token => {
    const second = text[offset + 1];
    if (second === "=") return token("!=", offset + 2);
    if (second === "~") return token("!~", offset + 2);
    if (second === undefined) return fail(offset, "unexpected end of input after '!'");
    const where = insideBraces ? " inside braces" : "";
    return fail(offset, `unexpected character after '!'${where}: ${quotedChar(text, offset + 1)}`);
  };

  const name = (): Token => {
    let end = offset + 1;
    let hasColon = false;
    for (; end < text.length; end++) {
      const char = text[end] ?? "";
      if (char === ":" && !insideBraces) hasColon = true;
      else if (!isLetter(char) && !isDigit(char)) break;
    }
    return token(hasColon ? "metricIdentifier" : "identifier", end);
  };

  const stringEnd = (quote: string): number => {
    for (let end = offset + 1; end < text.length; end++) {
      const char = text[end];
      if (char === quote) return end + 1;
      if (quote === "`") continue;
      if (char === "\n") break;
      if (char === "\\") end += 1;
    }
    return fail(offset, quote === "`" ? "unterminated raw string" : "unterminated quoted string");
  };

  return { next };
}

/** What the rest of the language begins with; any other character is no part of it. */
const OTHER = /[()[\]+\-*/%^<>:@.\d]/;

/** Skips blanks and comments (`# …` to the end of the line). */
function skipBlank(text: string, from: number): number {
  let offset = from;
  for (;;) {
    const char = text[offset];
    if (char === " " || char === "\t" || char === "\n" || char === "\r") {
      offset += 1;
    } else if (char === "#") {
      const lineEnd = text.indexOf("\n", offset);
      offset = lineEnd === -1 ? text.length : lineEnd + 1;
    } else {
      return offset;
    }
  }
}

function isLetter(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || char === "_";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

/** The whole character, not half of a surrogate pair, as Go's `%q` shows it. */
function quotedChar(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0;
  const char = String.fromCodePoint(code);
  if (char === "'" || char === "\\") return `'\\${char}'`;
  if (char === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) return `'${char}'`;
  const hex = code.toString(16);
  if (code <= 0x7f) return `'\\x${hex.padStart(2, "0")}'`;
  return code <= 0xffff ? `'\\u${hex.padStart(4, "0")}'` : `'\\U${hex.padStart(8, "0")}'`;
}
