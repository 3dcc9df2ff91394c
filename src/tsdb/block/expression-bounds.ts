/**
 * What the text of a regular expression already says of the values that it can match as a whole, so
 * that not every value of a label has to be tried. When in doubt it says nothing.
 */
export interface ExpressionBounds {
  /** All values that can match, if the expression is a plain list `a|b|c`. */
  readonly literals: readonly string[] | null;
  /** How every matching value begins. */
  readonly prefix: string;
}

const META = /[.*+?()[\]{}\\^$|]/;
/** What follows the last character of a prefix may take it back. */
const OPTIONAL = /[*?{]/;

export function expressionBounds(expression: string): ExpressionBounds {
  const alternatives = expression.split("|");
  if (alternatives.every((text) => !META.test(text))) {
    return { literals: Array.from(new Set(alternatives)), prefix: "" };
  }
  // An alternative anywhere, even in a group, may begin otherwise.
  if (alternatives.length > 1) return { literals: null, prefix: "" };
  const characters = Array.from(expression);
  const end = characters.findIndex((character) => META.test(character));
  const kept = OPTIONAL.test(characters[end] ?? "") ? end - 1 : end;
  return { literals: null, prefix: characters.slice(0, Math.max(kept, 0)).join("") };
}
