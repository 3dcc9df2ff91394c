/**
 * Words that cannot stand for a metric's name outside quotes, and how Prometheus calls them in its
 * messages. Other keywords can (`sum`, `by`, `offset`); see `metric_identifier` in its grammar.
 */
const RESERVED: Readonly<Record<string, "keyword" | "operator" | "number">> = {
  bool: "keyword",
  on: "keyword",
  ignoring: "keyword",
  group_left: "keyword",
  group_right: "keyword",
  atan2: "operator",
  inf: "number",
  nan: "number",
};

/** Keywords are read without regard to case. */
export function isReserved(word: string): boolean {
  return Object.hasOwn(RESERVED, word.toLowerCase());
}

/** `<bool>`, `<op:atan2>`, `number "inf"`. */
export function describeReserved(word: string): string {
  const kind = RESERVED[word.toLowerCase()];
  if (kind === "number") return `number ${JSON.stringify(word)}`;
  return kind === "operator" ? `<op:${word}>` : `<${word}>`;
}
