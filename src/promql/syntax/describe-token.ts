import { goQuote } from "./go-quote.ts";
import { isAggregation, isOperatorWord, keywordOf } from "./keywords.ts";
import type { Token } from "./token.ts";

const TEXT_SHOWN_CHARS_MAX = 10;

/** Signs that Prometheus calls operators in its messages, as it does `and`, `or` and `atan2`. */
const OPERATOR_SIGNS: ReadonlySet<string> = new Set(
  "+ - * / % ^ == != <= < >= > </ >/ =~ !~ @".split(" "),
);

/** A token as Prometheus names it in `unexpected …`. */
export function describeToken(token: Token): string {
  const { kind, text } = token;
  if (kind === "eof") return "end of input";
  if (kind === "identifier") return `identifier ${goQuote(text)}`;
  if (kind === "metricIdentifier") return `metric identifier ${goQuote(text)}`;
  if (kind === "string" || kind === "number" || kind === "duration") {
    return `${kind} ${shortened(text)}`;
  }
  if (OPERATOR_SIGNS.has(kind) || isOperatorWord(kind)) return `<op:${text}>`;
  if (isAggregation(kind)) return `<aggr:${text}>`;
  return isModifier(kind) ? `<${text}>` : shortened(text);
}

function isModifier(kind: string): boolean {
  const keyword = keywordOf(kind);
  return keyword !== undefined && !/^(?:start|end|step|range|min_of|max_of)$/.test(keyword);
}

function shortened(text: string): string {
  if (text.length <= TEXT_SHOWN_CHARS_MAX) return goQuote(text);
  return `${goQuote(Array.from(text).slice(0, TEXT_SHOWN_CHARS_MAX).join(""))}...`;
}
