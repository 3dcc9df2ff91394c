import type { Exemplar } from "#model";
import { BRACE_OPEN, HASH, NEWLINE, SPACE } from "./byte-class.ts";
import type { DecimalReader } from "./decimal-reader.ts";
import { Fault } from "./fault.ts";
import { braceEnd, parseExemplarLabels, skipBlanks } from "./series-text.ts";

/** Reads what follows a sample's value in a scrape: timestamp, exemplar, newline. */
export class SampleTailReader {
  /** Of the line just read; NaN where it has none. */
  timestampMs: number = NaN;
  /** Of the line just read. */
  exemplar: Exemplar | null = null;
  readonly #decimal: DecimalReader;

  constructor(decimal: DecimalReader) {
    this.#decimal = decimal;
  }

  /** Milliseconds, digits only: Prometheus' lexer knows no sign here. Returns the next line's start. */
  readText(bytes: Uint8Array, valueEnd: number): number {
    this.exemplar = null;
    this.timestampMs = NaN;
    let i = skipBlanks(bytes, valueEnd);
    if (bytes[i] === NEWLINE) return i + 1;
    if (i === valueEnd) throw new Fault(i, "the value is not a float");
    const start = i;
    let timestampMs = 0;
    for (; isDigit(bytes[i]); i++) timestampMs = timestampMs * 10 + ((bytes[i] as number) - 48);
    if (i === start) throw new Fault(i, "expected a timestamp in milliseconds or a new line");
    if (timestampMs >= 2 ** 63) throw new Fault(start, "the timestamp is out of range");
    i = skipBlanks(bytes, i);
    if (bytes[i] !== NEWLINE) throw new Fault(i, "expected a new line after the timestamp");
    this.timestampMs = timestampMs;
    return i + 1;
  }

  /** Seconds, any float, cut to milliseconds as Prometheus does; then perhaps an exemplar. */
  readOpenMetrics(bytes: Uint8Array, valueEnd: number): number {
    this.exemplar = null;
    this.timestampMs = NaN;
    let i = valueEnd;
    if (bytes[i] === SPACE && bytes[i + 1] !== HASH) {
      this.timestampMs = this.#readSeconds(bytes, i + 1);
      i = this.#decimal.end;
    }
    if (bytes[i] === NEWLINE) return i + 1;
    if (bytes[i] !== SPACE) throw new Fault(i, "expected a space or a new line after a number");
    if (bytes[i + 1] !== HASH || bytes[i + 2] !== SPACE || bytes[i + 3] !== BRACE_OPEN) {
      throw new Fault(i + 1, "expected a new line or an exemplar");
    }
    return this.#readExemplar(bytes, i + 3);
  }

  #readExemplar(bytes: Uint8Array, open: number): number {
    const close = braceEnd(bytes, open, bytes.length, false);
    const labels = parseExemplarLabels(bytes, open, close);
    if (bytes[close] !== SPACE) throw new Fault(close, "expected a space and the exemplar's value");
    const value = this.#decimal.read(bytes, close + 1);
    let i = this.#decimal.end;
    if (i === close + 1) throw new Fault(i, "expected the exemplar's float value");
    let timestampMs: number | null = null;
    if (bytes[i] === SPACE) {
      timestampMs = this.#readSeconds(bytes, i + 1);
      i = this.#decimal.end;
    }
    if (bytes[i] !== NEWLINE) throw new Fault(i, "expected a new line after the exemplar");
    this.exemplar = { labels, value, timestampMs };
    return i + 1;
  }

  #readSeconds(bytes: Uint8Array, start: number): number {
    const seconds = this.#decimal.read(bytes, start);
    if (this.#decimal.end === start || !Number.isFinite(seconds)) {
      throw new Fault(start, "expected a timestamp in seconds");
    }
    return Math.trunc(seconds * 1000);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
