/**
 * Strings as Prometheus' JSON has them. Its labels, its messages and its string results are written
 * by three different encoders, which differ in what they escape; the meaning is the same.
 */

/** Labels: only what JSON demands. */
export function labelJson(text: string): string {
  return NEEDS_ESCAPE.test(text)
    ? `"${text.replaceAll(ESCAPED, (character) => escapeOf(character))}"`
    : `"${text}"`;
}

/** Messages: in addition whatever HTML or old JavaScript could stumble over. */
export function messageJson(text: string): string {
  return `"${text.replaceAll(ESCAPED_FOR_HTML, (character) => escapeOf(character))}"`;
}

/** String results: as messages, with Go's own short forms of two control characters. */
export function stringResultJson(text: string): string {
  const escaped = text.replaceAll(
    ESCAPED_FOR_HTML,
    (character) => SHORT_IN_RESULTS[character] ?? escapeOf(character),
  );
  return `"${escaped}"`;
}

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};
const SHORT_IN_RESULTS: Readonly<Record<string, string>> = { "\b": "\\b", "\f": "\\f" };

// Written as what may stand as it is, everything else being escaped.
const NEEDS_ESCAPE = /[^ !#-[\]-\uffff]/;
const ESCAPED = /[^ !#-[\]-\uffff]/g;
const ESCAPED_FOR_HTML = /[^ !#-%'-;=?-[\]-\u2027\u202a-\uffff]/g;
