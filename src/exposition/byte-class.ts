export const NEWLINE = 0x0a;
export const TAB = 0x09;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const BRACE_OPEN = 0x7b;
export const BRACE_CLOSE = 0x7d;

const LABEL_START = 1;
const NAME_START = 2;
const DIGIT = 4;

/** What a byte may be: one bit a role, so that a test is one load and one mask. */
const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (/[a-zA-Z_]/.test(char)) classes[byte] = LABEL_START | NAME_START;
  if (char === ":") classes[byte] = NAME_START;
  if (/[0-9]/.test(char)) classes[byte] = DIGIT;
}

/** The position after the metric name that starts at `position`; `position` itself if none does. */
export function metricNameEnd(bytes: Uint8Array, position: number): number {
  return nameEnd(bytes, position, NAME_START);
}

/** The same for a label name: no colon. */
export function labelNameEnd(bytes: Uint8Array, position: number): number {
  return nameEnd(bytes, position, LABEL_START);
}

function nameEnd(bytes: Uint8Array, position: number, start: number): number {
  if (((classes[bytes[position] ?? 0] ?? 0) & start) === 0) return position;
  let end = position + 1;
  while (((classes[bytes[end] ?? 0] ?? 0) & (start | DIGIT)) !== 0) end += 1;
  return end;
}
