/** A text as a cell. */
export type Cell = (text: string) => string;

/**
 * Cells by the rule of RFC 4180 that Python's `csv` follows, too: quotes only where they are needed,
 * doubled inside.
 */
export function csvCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The same for a file that a person opens in a spreadsheet: a text that would be run as a formula
 * gets an apostrophe before it. Numbers are left as they are.
 */
export function spreadsheetSafeCell(text: string): string {
  return csvCell(FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);
}

const NEEDS_QUOTES = /[",\r\n]/;
/** What spreadsheets take for the beginning of a formula, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/;
