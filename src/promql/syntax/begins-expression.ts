import { keywordOf, mayNameMetric } from "./keywords.ts";
import type { Token, TokenKind } from "./token.ts";

const BEGINNINGS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...(["number", "duration", "string", "(", "{", "+", "-"] as const),
  ...(["identifier", "metricIdentifier"] as const),
]);

/** Whether an expression may begin with the token. */
export function beginsExpression({ kind }: Token): boolean {
  const keyword = keywordOf(kind);
  return BEGINNINGS.has(kind) || (keyword !== undefined && mayNameMetric(keyword));
}
