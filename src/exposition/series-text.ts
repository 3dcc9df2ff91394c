import type { Labels } from "#model";
import {
  BACKSLASH,
  BRACE_CLOSE,
  BRACE_OPEN,
  COMMA,
  EQUALS,
  labelNameEnd,
  metricNameEnd,
  NEWLINE,
  QUOTE,
  SPACE,
  TAB,
} from "./byte-class.ts";
import { decodeEscaped, decodeText } from "./escaped-text.ts";
import { Fault } from "./fault.ts";
import { LabelCollector } from "./label-collector.ts";

/** Found where a quoted string runs past the bytes at hand. */
export const INCOMPLETE = -1;

/**
 * Where the series text (`name`, `name{…}`, `{"name",…}`) that starts at `start` ends, without a
 * look at what stands between the braces except for quotes. `INCOMPLETE` if a quoted value holds a
 * raw newline and goes on after `end`, which only the Prometheus text format allows.
 */
export function seriesTextEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  blanks: boolean,
): number {
  const nameEnd = metricNameEnd(bytes, start);
  const open = blanks ? skipBlanks(bytes, nameEnd) : nameEnd;
  if (bytes[open] !== BRACE_OPEN) {
    if (nameEnd === start) throw new Fault(start, "expected a metric name");
    return nameEnd;
  }
  return braceEnd(bytes, open, end, blanks);
}

/** Where the label set that opens at `open` ends. */
export function braceEnd(bytes: Uint8Array, open: number, end: number, newlines: boolean): number {
  for (let i = open + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === BRACE_CLOSE) return i + 1;
    if (byte === NEWLINE) throw new Fault(i, "the label set is not closed");
    if (byte !== QUOTE) continue;
    i = quoteEnd(bytes, i, end, newlines) - 1;
    if (i < 0) return INCOMPLETE;
  }
  throw new Fault(end, "the label set is not closed");
}

/** Where the quoted string that opens at `open` ends. */
export function quoteEnd(bytes: Uint8Array, open: number, end: number, newlines: boolean): number {
  for (let i = open + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i += 1;
    if (bytes[i] === NEWLINE && (!newlines || byte === BACKSLASH)) {
      throw new Fault(i, "the quoted string is not closed");
    }
  }
  return INCOMPLETE;
}

/** The first position that holds neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, start: number): number {
  let i = start;
  while (bytes[i] === SPACE || bytes[i] === TAB) i += 1;
  return i;
}

/**
 * Reads the labels of a whole series text. Names that are given with an empty value, which is no
 * label, are added to `emptyNames`. Throws a `Fault`.
 */
export function parseSeriesText(
  bytes: Uint8Array,
  start: number,
  end: number,
  blanks: boolean,
  emptyNames: string[] = [],
): Labels {
  const nameEnd = metricNameEnd(bytes, start);
  const labels = new LabelCollector();
  if (nameEnd > start) labels.metricName = decodeText(bytes, start, nameEnd);
  const open = blanks ? skipBlanks(bytes, nameEnd) : nameEnd;
  if (open < end) new LabelSetReader(bytes, { end, blanks }, labels, emptyNames).readAll(open);
  if (labels.metricName === null) throw new Fault(start, "the series has no metric name");
  if (labels.metricName === "") throw new Fault(start, "the metric name is empty");
  return labels.finish(start);
}

/** Reads the label set of an exemplar, braces included: no metric name in it. */
export function parseExemplarLabels(bytes: Uint8Array, start: number, end: number): Labels {
  const labels = new LabelCollector();
  new LabelSetReader(bytes, { end, blanks: false }, labels, []).readAll(start);
  if (labels.metricName !== null) throw new Fault(start, "an exemplar has no metric name");
  return labels.finish(start);
}

/** Walks over `{a="b","c d"="e"}`; an end comma is fine, as everywhere. */
class LabelSetReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #blanks: boolean;
  readonly #into: LabelCollector;
  readonly #emptyNames: string[];

  constructor(
    bytes: Uint8Array,
    grammar: { end: number; blanks: boolean },
    into: LabelCollector,
    emptyNames: string[],
  ) {
    this.#bytes = bytes;
    this.#end = grammar.end;
    this.#blanks = grammar.blanks;
    this.#into = into;
    this.#emptyNames = emptyNames;
  }

  readAll(open: number): void {
    let i = this.#skip(open + 1);
    while (this.#bytes[i] !== BRACE_CLOSE) {
      i = this.#skip(this.#readLabel(i));
      if (this.#bytes[i] === COMMA) i = this.#skip(i + 1);
      // Prometheus' text parser does not insist on commas, its OpenMetrics parser does.
      else if (this.#bytes[i] !== BRACE_CLOSE && !this.#blanks) {
        throw new Fault(i, "expected a comma or }");
      }
    }
    if (i + 1 !== this.#end) throw new Fault(i + 1, "expected a blank after }");
  }

  /** One `name="value"`, or a quoted metric name; returns the position after it. */
  #readLabel(start: number): number {
    const quoted = this.#bytes[start] === QUOTE;
    const nameEnd = quoted ? this.#quoteEnd(start) : labelNameEnd(this.#bytes, start);
    if (nameEnd === start) throw new Fault(start, "expected a label name");
    const name = quoted
      ? decodeEscaped(this.#bytes, start + 1, nameEnd - 1, true)
      : decodeText(this.#bytes, start, nameEnd);
    const equals = this.#skip(nameEnd);
    const next = this.#bytes[equals];
    if (quoted && (next === COMMA || next === BRACE_CLOSE)) {
      if (this.#into.metricName !== null) throw new Fault(start, "the metric name is given twice");
      this.#into.metricName = name;
      return nameEnd;
    }
    if (next !== EQUALS) throw new Fault(equals, "expected = after the label name");
    if (name === "") throw new Fault(start, "the label name is empty");
    const open = this.#skip(equals + 1);
    if (this.#bytes[open] !== QUOTE) throw new Fault(open, "expected a quoted label value");
    const close = this.#quoteEnd(open);
    const value = decodeEscaped(this.#bytes, open + 1, close - 1, true);
    if (value === "") this.#emptyNames.push(name);
    else this.#into.add(name, value);
    return close;
  }

  #quoteEnd(open: number): number {
    const end = quoteEnd(this.#bytes, open, this.#end, this.#blanks);
    if (end === INCOMPLETE) throw new Fault(open, "the quoted string is not closed");
    return end;
  }

  #skip(position: number): number {
    return this.#blanks ? skipBlanks(this.#bytes, position) : position;
  }
}
