import { goQuoteChar } from "./go-quote.ts";
import { isNumberWord, keywordOf } from "./keywords.ts";
import { scanNumber } from "./number-text.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import type { Punctuation, Token, TokenKind } from "./token.ts";
import { escapeFault } from "./unquote.ts";

/**
 * Cuts a query's text into tokens, one at a time, as Prometheus' lexer does. What may stand inside
 * braces and brackets differs from what may stand outside (colons, words, operators), so the lexer
 * keeps count of them; unclosed ones are its errors, too.
 */
export class Lexer {
  readonly #text: string;
  #offset = 0;
  #parenDepth = 0;
  #isInBraces = false;
  #isInBrackets = false;
  /** Of the brackets that are open: whether a duration, and a colon, have been seen. Messages differ. */
  #hasDuration = false;
  #hasColon = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws PromqlSyntaxError. */
  next(): Token {
    this.#offset = skipBlank(this.#text, this.#offset);
    const char = this.#text[this.#offset];
    if (char === undefined) return this.#end();
    if (this.#isInBraces) return this.#insideBraces(char);
    return this.#isInBrackets ? this.#insideBrackets(char) : this.#outside(char);
  }

  #token(kind: TokenKind, end: number): Token {
    const start = this.#offset;
    this.#offset = end;
    return { kind, text: this.#text.slice(start, end), position: { start, end } };
  }

  #fail(start: number, reason: string): never {
    throw new PromqlSyntaxError(this.#text, { start, end: start + 1 }, reason);
  }

  #charAt(offset: number): string {
    return goQuoteChar(String.fromCodePoint(this.#text.codePointAt(offset) ?? 0));
  }

  #end(): Token {
    const at = this.#offset;
    if (this.#isInBraces) this.#fail(at, "unexpected end of input inside braces");
    if (this.#isInBrackets && !this.#hasDuration) {
      this.#fail(at, "unexpected end of input in duration expression");
    }
    if (this.#parenDepth > 0) this.#fail(at, "unclosed left parenthesis");
    if (this.#isInBrackets) this.#fail(at, "unclosed left bracket");
    return this.#token("eof", at);
  }

  #outside(char: string): Token {
    const at = this.#offset;
    const second = this.#text[at + 1];
    if (isLetter(char) || char === ":") return this.#word();
    if (isDigit(char) || (char === "." && isDigit(second))) return this.#number();
    switch (char) {
      case "(":
      case ")":
        return this.#paren(char);
      case "{":
        this.#isInBraces = true;
        return this.#token(char, at + 1);
      case "[":
        this.#isInBrackets = true;
        this.#hasDuration = false;
        this.#hasColon = false;
        return this.#token(char, at + 1);
      case "]":
        return this.#fail(at, "unexpected right bracket ']'");
      case "=":
        if (second === "~") this.#fail(at, "unexpected character after '=': '~'");
        return second === "=" ? this.#token("==", at + 2) : this.#token("=", at + 1);
      case "!":
        if (second !== "=") this.#failAfterNot("");
        return this.#token("!=", at + 2);
      case "<":
      case ">":
        return second === "=" || second === "/"
          ? this.#token(`${char}${second}`, at + 2)
          : this.#token(char, at + 1);
      default:
        if (isSign(char)) return this.#token(char, at + 1);
        return isQuote(char)
          ? this.#string(char)
          : this.#fail(at, `unexpected character: ${this.#charAt(at)}`);
    }
  }

  #insideBraces(char: string): Token {
    const at = this.#offset;
    const second = this.#text[at + 1];
    if (isLetter(char)) return this.#token("identifier", wordEnd(this.#text, at, false));
    if (isQuote(char)) return this.#string(char);
    switch (char) {
      case "}":
        this.#isInBraces = false;
        return this.#token(char, at + 1);
      case ",":
        return this.#token(char, at + 1);
      case "=":
        return second === "~" ? this.#token("=~", at + 2) : this.#token("=", at + 1);
      case "!":
        if (second !== "=" && second !== "~") return this.#failAfterNot(" inside braces");
        return this.#token(`!${second}`, at + 2);
      case "{":
        return this.#fail(at, "unexpected left brace '{'");
      default:
        return this.#fail(at, `unexpected character inside braces: ${this.#charAt(at)}`);
    }
  }

  #insideBrackets(char: string): Token {
    const at = this.#offset;
    if (isDigit(char) || (char === "." && isDigit(this.#text[at + 1]))) {
      this.#hasDuration = true;
      return this.#number();
    }
    switch (char) {
      case "(":
      case ")":
        return this.#paren(char);
      case "]":
        this.#isInBrackets = false;
        return this.#token(char, at + 1);
      case ":":
        return this.#colon();
      default:
        if (isSign(char) && char !== "@") return this.#token(char, at + 1);
        return this.#durationWord(char);
    }
  }

  /** `step`, `range`, `min_of`, `max_of`: the only words in brackets. */
  #durationWord(char: string): Token {
    const at = this.#offset;
    if (isLetter(char)) {
      const end = wordEnd(this.#text, at, false);
      const keyword = keywordOf(this.#text.slice(at, end));
      if (
        keyword === "step" ||
        keyword === "range" ||
        keyword === "min_of" ||
        keyword === "max_of"
      ) {
        return this.#token(keyword, end);
      }
    }
    if (!this.#hasDuration) {
      this.#fail(at, `unexpected character in duration expression: ${this.#charAt(at)}`);
    }
    if (isLetter(char)) this.#fail(at, `unexpected character: '${char}', expected ':'`);
    if (char === "[") this.#fail(at, "unexpected left bracket '['");
    return this.#outside(char);
  }

  /** A step without a range before it is refused here, as Prometheus does: only calls know none. */
  #colon(): Token {
    const at = this.#offset;
    if (!this.#hasDuration) {
      this.#fail(at + 1, "unexpected colon before duration in duration expression");
    }
    if (this.#hasColon) this.#fail(at, "unexpected colon ':'");
    this.#hasColon = true;
    return this.#token(":", at + 1);
  }

  #paren(char: "(" | ")"): Token {
    this.#parenDepth += char === "(" ? 1 : -1;
    if (this.#parenDepth < 0) this.#fail(this.#offset + 1, "unexpected right parenthesis ')'");
    return this.#token(char, this.#offset + 1);
  }

  #word(): Token {
    const at = this.#offset;
    const end = wordEnd(this.#text, at, true);
    const word = this.#text.slice(at, end);
    if (word.includes(":")) return this.#token("metricIdentifier", end);
    if (isNumberWord(word)) return this.#token("number", end);
    const keyword = keywordOf(word);
    // These came late to the language: they mean something only where a bracket follows, so that
    // queries over a metric called `fill` go on working.
    const isFill = keyword === "fill" || keyword === "fill_left" || keyword === "fill_right";
    if (isFill && !/^[ \t\r\n]*\(/.test(this.#text.slice(end))) {
      return this.#token("identifier", end);
    }
    return this.#token(keyword ?? "identifier", end);
  }

  #number(): Token {
    const { kind, end } = scanNumber(this.#text, this.#offset);
    if (kind !== "broken") return this.#token(kind, end);
    const shown = JSON.stringify(this.#text.slice(this.#offset, end));
    return this.#fail(this.#offset, `bad number or duration syntax: ${shown}`);
  }

  #string(quote: string): Token {
    const text = this.#text;
    const start = this.#offset;
    let end = start + 1;
    for (; end < text.length; end++) {
      const char = text[end];
      if (char === quote) {
        const token = this.#token("string", end + 1);
        const fault = quote === "`" ? null : escapeFault(token.text);
        return fault === null ? token : this.#fail(start, fault);
      }
      if (quote === "`") continue;
      if (char === "\n") break;
      if (char === "\\") end += 1;
    }
    if (quote === "`") return this.#fail(start, "unterminated raw string");
    // A bad escape comes before the end that is missing.
    const fault = escapeFault(text.slice(start, end) + quote);
    return this.#fail(start, fault ?? "unterminated quoted string");
  }

  #failAfterNot(where: string): never {
    const after = this.#offset + 1;
    const char = after < this.#text.length ? this.#charAt(after) : "'\\x00'";
    this.#fail(this.#offset, `unexpected character after '!'${where}: ${char}`);
  }
}

function isSign(char: string): char is Punctuation & ("," | "@" | "+") {
  return ",@+-*/%^".includes(char);
}

function isQuote(char: string): boolean {
  return char === '"' || char === "'" || char === "`";
}

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

function wordEnd(text: string, start: number, withColons: boolean): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const char = text[end] ?? "";
    if (!isLetter(char) && !isDigit(char) && !(withColons && char === ":")) break;
  }
  return end;
}

function isLetter(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || char === "_";
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
