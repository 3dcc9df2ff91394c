/**
 * Where an offset lies in a query, as messages say it: `line:column`, both from 1. Columns count the
 * bytes of UTF-8, as Prometheus' do. Bytes that are no UTF-8 are lone surrogates here (`unquote.ts`).
 */
export function textPlace(text: string, offset: number): string {
  let line = 1;
  let column = 1;
  for (let i = 0; i < offset; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      line += 1;
      column = 1;
    } else {
      column += bytesOf(text, i, code);
    }
  }
  return `${line}:${column}`;
}

const NEWLINE = 0x0a;

/** Of one code unit; the two of a pair share its four bytes. */
function bytesOf(text: string, index: number, code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code < 0xd800 || code > 0xdfff) return 3;
  const isLow = code >= 0xdc00;
  const other = text.charCodeAt(isLow ? index - 1 : index + 1);
  const isPair = isLow ? other >= 0xd800 && other < 0xdc00 : other >= 0xdc00 && other <= 0xdfff;
  if (isPair) return 2;
  return isLow ? 1 : 3;
}
