export type ExpressionType = "scalar" | "vector" | "matrix" | "string";

/** A generated query: text with expressions in it. */
export interface GeneratedExpression {
  readonly type: ExpressionType;
  readonly parts: readonly (string | GeneratedExpression)[];
}

export function render({ parts }: GeneratedExpression): string {
  return parts.map((part) => (typeof part === "string" ? part : render(part))).join("");
}

/** Smaller expressions, the smallest first: one of it for the whole, or a part for one around it. */
export function* smaller(expression: GeneratedExpression): Generator<GeneratedExpression> {
  for (const inner of within(expression)) {
    if (inner.type !== "matrix" && inner.type !== "string") yield inner;
  }
  yield* withSmallerPart(expression);
}

function* withSmallerPart(expression: GeneratedExpression): Generator<GeneratedExpression> {
  for (const [i, part] of expression.parts.entries()) {
    if (typeof part === "string") continue;
    const others = [...within(part), ...withSmallerPart(part)];
    for (const other of others) {
      if (other.type !== part.type) continue;
      yield { type: expression.type, parts: expression.parts.with(i, other) };
    }
  }
}

/** All expressions in it, without itself. */
function* within({ parts }: GeneratedExpression): Generator<GeneratedExpression> {
  for (const part of parts) {
    if (typeof part === "string") continue;
    yield part;
    yield* within(part);
  }
}
