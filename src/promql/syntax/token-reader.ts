import { describeToken } from "./describe-token.ts";
import { Lexer } from "./lexer.ts";
import type { PositionRange } from "./position-range.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import type { Token, TokenKind } from "./token.ts";

/** The tokens of a text with one of lookahead, and the ways to complain about them. */
export class TokenReader {
  readonly text: string;
  readonly #lexer: Lexer;
  /**
   * The next token, not yet taken. It is read when it is first looked at: what is wrong with it is
   * told after what is wrong with all before it.
   */
  #token: Token | null = null;
  /**
   * What the parser is inside of, where Prometheus' grammar has a message of its own for it; an
   * error without a better one is reported as lying there.
   */
  context = "";

  constructor(text: string) {
    this.text = text;
    this.#lexer = new Lexer(text);
  }

  get token(): Token {
    return (this.#token ??= this.#lexer.next());
  }

  /** Whether the next token is of this kind. */
  is(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  /** Takes the next token if it is of this kind. */
  takeIf(kind: TokenKind): Token | null {
    return this.is(kind) ? this.take() : null;
  }

  /** Gives the next token and goes one on. */
  take(): Token {
    const { token } = this;
    if (token.kind !== "eof") this.#token = null;
    return token;
  }

  /** Takes a token of this kind; any other is unexpected. */
  expect(kind: TokenKind): Token {
    if (!this.is(kind)) this.failUnexpected();
    return this.take();
  }

  fail(position: PositionRange, reason: string): never {
    throw new PromqlSyntaxError(this.text, position, reason);
  }

  /** Complains about the next token, in Prometheus' words. */
  failUnexpected(context: string = this.context, expected = ""): never {
    const where = context === "" ? "" : ` in ${context}`;
    const instead = expected === "" ? "" : `, expected ${expected}`;
    const { token } = this;
    this.fail(token.position, `unexpected ${describeToken(token)}${where}${instead}`);
  }
}
