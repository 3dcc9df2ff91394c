/** The grammar of one line of OpenMetrics 1.0.0, to the letter of its ABNF. Faults throw. */
import { type Exemplar, type Labels, labelsOf, METRIC_NAME } from "#model";
import {
  BRACE_CLOSE,
  BRACE_OPEN,
  COMMA,
  EQUALS,
  HASH,
  labelNameEnd,
  metricNameEnd,
  NEWLINE,
  QUOTE,
  SPACE,
} from "./byte-class.ts";
import { DecimalReader } from "./decimal-reader.ts";
import { decodeEscaped, decodeText } from "./escaped-text.ts";
import { EXEMPLAR_CHARS_MAX, exemplarChars } from "./exemplar-size.ts";
import { Fault } from "./fault.ts";
import { type HashLine, readOpenMetricsHashLine } from "./metadata-line.ts";
import { quoteEnd } from "./series-text.ts";

/** One sample of a strict document. */
export interface StrictSample {
  /** Where its line starts, in bytes. */
  readonly position: number;
  readonly name: string;
  /** The metric's name among them. */
  readonly labels: Labels;
  readonly value: number;
  /** As written, or null. */
  readonly timestampSeconds: number | null;
  readonly exemplar: Exemplar | null;
}

/** Reads lines of `bytes`, whose last byte is a newline. */
export class StrictLineReader {
  readonly #bytes: Uint8Array;
  readonly #decimal = new DecimalReader();
  /** After a read: where the next line starts. */
  end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isHashLine(start: number): boolean {
    return this.#bytes[start] === HASH;
  }

  hashLine(start: number): HashLine {
    if (this.#bytes.indexOf(QUOTE, start) === start + "# HELP ".length) {
      throw new Fault(start, "OpenMetrics 1.0.0 has no quoted names");
    }
    const line = readOpenMetricsHashLine(this.#bytes, start);
    this.end = line.end;
    return line;
  }

  sample(start: number): StrictSample {
    const bytes = this.#bytes;
    if (bytes[start] === NEWLINE) throw new Fault(start, "OpenMetrics has no blank lines");
    const nameEnd = metricNameEnd(bytes, start);
    if (nameEnd === start) throw new Fault(start, "expected a metric name");
    const name = decodeText(bytes, start, nameEnd);
    const pairs: [string, string][] = [[METRIC_NAME, name]];
    const labelsEnd = bytes[nameEnd] === BRACE_OPEN ? this.#labels(nameEnd, pairs) : nameEnd;
    this.#space(labelsEnd, "a value");
    const value = this.#number(labelsEnd + 1, "a value");
    let at = this.#decimal.end;
    let timestampSeconds: number | null = null;
    if (bytes[at] === SPACE && bytes[at + 1] !== HASH) {
      timestampSeconds = this.#timestamp(at + 1);
      at = this.#decimal.end;
    }
    let exemplar: Exemplar | null = null;
    if (bytes[at] === SPACE) {
      exemplar = this.#exemplar(at);
      at = this.#decimal.end;
    }
    if (bytes[at] !== NEWLINE) throw new Fault(at, "expected a new line after the number");
    this.end = at + 1;
    return { position: start, name, labels: labelsOf(pairs), value, timestampSeconds, exemplar };
  }

  /** Reads a label set; returns the position after it. */
  #labels(open: number, into: [string, string][]): number {
    const bytes = this.#bytes;
    let at = open + 1;
    if (bytes[at] === BRACE_CLOSE) return at + 1;
    for (;;) {
      at = this.#label(at, into);
      if (bytes[at] === BRACE_CLOSE) return at + 1;
      if (bytes[at] !== COMMA) throw new Fault(at, "expected a comma or } after a label");
      at += 1;
    }
  }

  #label(start: number, into: [string, string][]): number {
    const bytes = this.#bytes;
    const nameEnd = labelNameEnd(bytes, start);
    if (nameEnd === start) throw new Fault(start, "expected a label name");
    const name = decodeText(bytes, start, nameEnd);
    if (name === METRIC_NAME) throw new Fault(start, "the name stands before the braces", RULE);
    if (into.some(([other]) => other === name)) {
      throw new Fault(start, `the label ${name} is given twice`, RULE);
    }
    if (bytes[nameEnd] !== EQUALS) throw new Fault(nameEnd, "expected = after the label name");
    const open = nameEnd + 1;
    if (bytes[open] !== QUOTE) throw new Fault(open, "expected a quoted label value");
    const close = quoteEnd(bytes, open, bytes.length, false);
    into.push([name, decodeEscaped(bytes, open + 1, close - 1, true)]);
    return close;
  }

  /** ` # {labels} value [timestamp]`, from the space on. */
  #exemplar(start: number): Exemplar {
    const bytes = this.#bytes;
    if (bytes[start + 1] !== HASH || bytes[start + 2] !== SPACE) {
      throw new Fault(start + 1, "expected a new line or an exemplar: # {…} value");
    }
    const open = start + 3;
    if (bytes[open] !== BRACE_OPEN) throw new Fault(open, "expected the exemplar's label set");
    const pairs: [string, string][] = [];
    const close = this.#labels(open, pairs);
    this.#space(close, "the exemplar's value");
    const value = this.#number(close + 1, "the exemplar's value");
    let timestampMs: number | null = null;
    const valueEnd = this.#decimal.end;
    if (bytes[valueEnd] === SPACE) timestampMs = this.#timestamp(valueEnd + 1) * 1000;
    const chars = exemplarChars(pairs.flat());
    if (chars > EXEMPLAR_CHARS_MAX) {
      throw new Fault(
        open,
        `the exemplar has ${chars} characters, over ${EXEMPLAR_CHARS_MAX}`,
        RULE,
      );
    }
    return { labels: labelsOf(pairs), value, timestampMs };
  }

  #space(position: number, what: string): void {
    if (this.#bytes[position] !== SPACE) {
      throw new Fault(position, `expected a space and ${what}`);
    }
  }

  #number(start: number, what: string): number {
    const value = this.#decimal.read(this.#bytes, start);
    if (this.#decimal.end === start) throw new Fault(start, `expected ${what}, a float`);
    return value;
  }

  #timestamp(start: number): number {
    const seconds = this.#number(start, "a timestamp in seconds");
    if (!Number.isFinite(seconds)) throw new Fault(start, "a timestamp is a finite number");
    return seconds;
  }
}

const RULE = "exposition_rule";
