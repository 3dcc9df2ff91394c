import { assert } from "#lib/assert";
import { type Exemplar, type Labels, labelValue, METRIC_NAME, type MetricMetadata } from "#model";
import { BRACE_OPEN, HASH, metricNameEnd, NEWLINE, SPACE } from "./byte-class.ts";
import { DecimalReader } from "./decimal-reader.ts";
import { decodeText } from "./escaped-text.ts";
import { ExpositionError } from "./exposition-error.ts";
import { type Family, FamilyTable } from "./family-table.ts";
import { columnOf, Fault } from "./fault.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";
import { LineCache, UNRESOLVED } from "./line-cache.ts";
import { LineCarry } from "./line-carry.ts";
import { type MetadataChange, readOpenMetricsHashLine, readTextHashLine } from "./metadata-line.ts";
import {
  braceEnd,
  INCOMPLETE,
  parseExemplarLabels,
  parseSeriesText,
  seriesTextEnd,
  skipBlanks,
} from "./series-text.ts";

/** Told what one target's scrapes hold. Whatever it throws ends the scrape and reaches the caller. */
export interface ScrapeHandler {
  /**
   * A series text is seen for the first time, or again after it was forgotten. The answer is the
   * token that its samples will carry, an integer from 0 to 2^31-1; a negative one drops the
   * series, which is remembered too. Label limits are checked here, by throwing. `emptyNames` are
   * the labels that the text gives with an empty value: they are not in `labels`, but with
   * Prometheus' `honor_labels` they keep the target's label of that name away.
   */
  resolveSeries(
    labels: Labels,
    metadata: MetricMetadata | null,
    emptyNames: readonly string[],
  ): number;

  /** One sample; `timestampMs` is NaN where the exposition gives none. Called in body order. */
  sample(token: number, value: number, timestampMs: number): void;

  /** The exemplar of the sample just given. Its labels may be of any length: limit them. */
  exemplar(token: number, exemplar: Exemplar): void;

  /**
   * HELP, TYPE or UNIT of the series' family differ from what `resolveSeries` (or an earlier call)
   * was told. Called inside `end()`, for series of this scrape only, perhaps more than once.
   */
  metadataChanged(token: number, metadata: MetricMetadata): void;
}

/** Limits of one target. */
export interface ScrapeParserOptions {
  /** Longest line without its newline; `exposition_line_too_long` beyond. Default 1 MiB. */
  readonly lineBytesMax?: number;
  /**
   * Room for remembered line texts; lines beyond it are parsed, and their series resolved, at each
   * scrape. Default 256 MiB.
   */
  readonly cachedTextBytesMax?: number;
}

/**
 * Reads the scrapes of one target, one after the other: `begin`, any number of `push`, `end`.
 * After an error the scrape is over; the handler throws away what it got, and `begin` starts anew.
 */
export interface ScrapeParser {
  begin(format: ExpositionFormat): void;
  /** Bytes of the body, split anywhere. They are read before this returns. Throws `ExpositionError`. */
  push(chunk: Uint8Array): void;
  /** Checks that the body is whole. Throws `ExpositionError`. */
  end(): void;
  /** From the next `begin` on, series texts with this token are resolved anew. */
  forget(token: number): void;
  /** The same for every series: the handler's rules (relabelling, limits) have changed. */
  forgetAll(): void;
  /** What the parser keeps between scrapes. */
  readonly memoryBytes: number;
}

/** A parser for one target, as lenient as Prometheus 3 (specs: textparse/openmetricsparse.go, promparse.go). */
export function createScrapeParser(
  handler: ScrapeHandler,
  options: ScrapeParserOptions = {},
): ScrapeParser {
  return new CachedScrapeParser(handler, options);
}

/** The token of a series that the handler does not want. */
const DROPPED = -1;
/** The token of a comment; metadata lines have tokens below it, see `metadataToken`. */
const COMMENT = -2;

/** A remembered metadata line: what to apply when it is seen again. */
interface KnownMetadata {
  readonly family: Family;
  readonly change: MetadataChange;
}

class CachedScrapeParser implements ScrapeParser {
  readonly #handler: ScrapeHandler;
  readonly #lineBytesMax: number;
  readonly #cache: LineCache;
  readonly #families = new FamilyTable();
  readonly #metadata: (KnownMetadata | null)[] = [];
  readonly #freeMetadata: number[] = [];
  readonly #decimal = new DecimalReader();
  readonly #carry = new LineCarry();
  readonly #toForget = new Set<number>();
  #forgetAll = false;
  /** Above 0 while the carry holds a quoted value with newlines: how long it must be for a new try. */
  #retryLength = 0;
  #state: "idle" | "open" | "ended" | "failed" = "idle";
  #isText = false;
  #line = 1;
  #lineStart = 0;
  /** The cache entry of the line before. */
  #previous = 0;

  constructor(handler: ScrapeHandler, options: ScrapeParserOptions) {
    this.#handler = handler;
    this.#lineBytesMax = options.lineBytesMax ?? 1_048_576;
    this.#cache = new LineCache(options.cachedTextBytesMax ?? 268_435_456, (token) => {
      if (token < COMMENT && token !== UNRESOLVED) this.#releaseMetadata(COMMENT - 1 - token);
    });
  }

  get memoryBytes(): number {
    return this.#cache.memoryBytes + this.#carry.bytes.length;
  }

  begin(format: ExpositionFormat): void {
    if (this.#state !== "idle") this.#cache.restart();
    const isText = !isOpenMetrics(format);
    // A text that one grammar takes may be refused by the other: nothing is carried over.
    if (isText !== this.#isText) this.#clear();
    this.#isText = isText;
    this.#applyForgets();
    this.#state = "open";
    this.#line = 1;
    this.#previous = 0;
    this.#carry.length = 0;
    this.#retryLength = 0;
  }

  push(chunk: Uint8Array): void {
    assert(this.#state === "open" || this.#state === "ended", "push needs a begin before it");
    // One hidden class for the hot loop: a Buffer is not a Uint8Array to the optimizer.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#guarded(bytes, () => this.#feed(bytes));
  }

  end(): void {
    assert(this.#state === "open" || this.#state === "ended", "end needs a begin before it");
    if (this.#carry.length > 0) {
      const newline = Uint8Array.of(NEWLINE);
      this.#carry.append(newline, 0, 1);
      this.#guarded(this.#carry.bytes, () => {
        this.#parseCarry();
        if (this.#carry.length > 0) throw new Fault(0, "a quoted string is not closed");
      });
    }
    if (!this.#isText && this.#state !== "ended") {
      this.#state = "failed";
      const reason = "the body does not end with # EOF";
      throw new ExpositionError("exposition_incomplete", this.#line, 1, reason);
    }
    if (this.#families.anyChanged) this.#tellMetadata();
    this.#cache.complete();
    this.#families.complete();
    this.#state = "idle";
  }

  forget(token: number): void {
    this.#toForget.add(token);
  }

  forgetAll(): void {
    this.#forgetAll = true;
  }

  #applyForgets(): void {
    if (this.#forgetAll || this.#toForget.size > 0) {
      const { tokens, count } = this.#cache;
      for (let entry = 1; entry < count; entry++) {
        const token = tokens[entry] as number;
        const isSeries = token >= DROPPED;
        if (isSeries && (this.#forgetAll || this.#toForget.has(token))) tokens[entry] = UNRESOLVED;
      }
    }
    this.#forgetAll = false;
    this.#toForget.clear();
  }

  #clear(): void {
    this.#cache.clear();
    this.#families.clear();
    this.#metadata.length = 0;
    this.#freeMetadata.length = 0;
  }

  #guarded(bytes: Uint8Array, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#state = "failed";
      if (!(error instanceof Fault)) throw error;
      const position = Math.max(error.position, this.#lineStart);
      // A line that came in pieces is read in the carry: positions are relative to the bytes read.
      const read = this.#carry.length > 0 ? this.#carry.bytes : bytes;
      const column = columnOf(read, this.#lineStart, position);
      throw new ExpositionError(error.code, this.#line, column, error.message);
    }
  }

  #feed(bytes: Uint8Array): void {
    let from = 0;
    while (this.#carry.length > 0 && from < bytes.length) {
      // A quoted value may hold newlines: then all there is is taken, not line after line.
      const newline = this.#retryLength > 0 ? -1 : bytes.indexOf(NEWLINE, from);
      const to = newline < 0 ? bytes.length : newline + 1;
      this.#carry.append(bytes, from, to);
      from = to;
      if (newline >= 0 || this.#retryIsDue()) this.#parseCarry();
    }
    if (this.#carry.length > 0) return this.#checkCarry();
    const regionEnd = bytes.lastIndexOf(NEWLINE) + 1;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rest = regionEnd > from ? this.#parseLines(bytes, view, from, regionEnd) : from;
    if (rest === bytes.length) return;
    this.#carry.append(bytes, rest, bytes.length);
    this.#retryLength = rest < regionEnd ? 2 * this.#carry.length : 0;
    this.#checkCarry();
  }

  #retryIsDue(): boolean {
    if (this.#retryLength === 0) return false;
    return this.#carry.length >= Math.min(this.#retryLength, this.#lineBytesMax + 1);
  }

  #parseCarry(): void {
    const carry = this.#carry;
    const regionEnd = carry.bytes.subarray(0, carry.length).lastIndexOf(NEWLINE) + 1;
    const rest = this.#parseLines(carry.bytes, carry.view, 0, regionEnd);
    carry.drop(rest);
    this.#retryLength = rest < regionEnd ? 2 * carry.length : 0;
  }

  #checkCarry(): void {
    this.#lineStart = 0;
    if (this.#state === "ended") throw new Fault(0, "text after # EOF");
    if (this.#carry.length > this.#lineBytesMax) this.#lineTooLong(0);
  }

  #lineTooLong(start: number): never {
    const reason = `the line is longer than ${this.#lineBytesMax} bytes`;
    throw new Fault(start + this.#lineBytesMax, reason, "exposition_line_too_long");
  }

  /**
   * Reads whole lines: the byte before `end` is a newline, so that no inner loop has to look for
   * the end. Returns `end`, or the start of a line whose quoted value goes on after it.
   */
  #parseLines(bytes: Uint8Array, view: DataView, from: number, end: number): number {
    const cache = this.#cache;
    let position = from;
    while (position < end) {
      this.#lineStart = position;
      const expected = cache.successors[this.#previous] as number;
      const length = expected === 0 ? 0 : cache.matchLength(expected, view, position, end);
      let next = length === 0 ? 0 : this.#readExpected(expected, bytes, position + length);
      if (next === 0) next = this.#readAny(bytes, view, position, end);
      if (next === INCOMPLETE) return position;
      if (next - position - 1 > this.#lineBytesMax) this.#lineTooLong(position);
      this.#line += 1;
      position = next;
    }
    return position;
  }

  /** The rest of a line whose text is the expected one; 0 where a closer look is needed. */
  #readExpected(entry: number, bytes: Uint8Array, textEnd: number): number {
    const token = this.#cache.tokens[entry] as number;
    if (this.#state === "ended") return 0;
    if (token < DROPPED) {
      if (token === UNRESOLVED) return 0;
      this.#note(entry);
      if (token < COMMENT) this.#applyKnown(token);
      return textEnd;
    }
    if (bytes[textEnd] !== SPACE) return 0;
    const value = this.#decimal.read(bytes, textEnd + 1);
    const after = this.#decimal.end;
    if (after === textEnd + 1) return 0;
    this.#note(entry);
    if (bytes[after] !== NEWLINE) return this.#readAfterValue(token, value, bytes, after);
    if (token >= 0) this.#handler.sample(token, value, NaN);
    return after + 1;
  }

  /** Remembers that this line came after the one before. */
  #note(entry: number): void {
    this.#cache.show(entry);
    this.#cache.successors[this.#previous] = entry;
    this.#previous = entry;
  }

  #readAny(bytes: Uint8Array, view: DataView, lineStart: number, end: number): number {
    if (this.#state === "ended") throw new Fault(lineStart, "text after # EOF");
    const start = this.#isText ? skipBlanks(bytes, lineStart) : lineStart;
    if (bytes[start] === NEWLINE) {
      if (!this.#isText) throw new Fault(start, "OpenMetrics has no blank lines");
      return start + 1;
    }
    if (bytes[start] === HASH) return this.#readHashLine(bytes, view, start);
    const textEnd = seriesTextEnd(bytes, start, end, this.#isText);
    if (textEnd === INCOMPLETE) return INCOMPLETE;
    const token = this.#tokenOf(bytes, view, start, textEnd);
    const valueStart = this.#isText ? skipBlanks(bytes, textEnd) : textEnd + 1;
    const isSeparated = this.#isText || bytes[textEnd] === SPACE;
    if (!isSeparated) throw new Fault(textEnd, "expected a space and a value after the series");
    const value = this.#decimal.read(bytes, valueStart);
    if (this.#decimal.end === valueStart) throw new Fault(valueStart, "expected a float value");
    return this.#readAfterValue(token, value, bytes, this.#decimal.end);
  }

  #tokenOf(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const entry = this.#cache.find(bytes, view, start, end);
    let token = entry === 0 ? UNRESOLVED : (this.#cache.tokens[entry] as number);
    if (token === UNRESOLVED) {
      const emptyNames: string[] = [];
      const labels = parseSeriesText(bytes, start, end, this.#isText, emptyNames);
      const metadata = this.#families.metadataOf(labelValue(labels, METRIC_NAME), this.#isText);
      token = Math.max(this.#handler.resolveSeries(labels, metadata, emptyNames), DROPPED);
      assert(Number.isInteger(token) && token < 0x8000_0000, "a token is an integer below 2^31");
      this.#cache.tokens[entry] = token;
    }
    if (entry !== 0) this.#note(entry);
    return token;
  }

  /** Timestamp and exemplar, if any, and the newline. */
  #readAfterValue(token: number, value: number, bytes: Uint8Array, valueEnd: number): number {
    return this.#isText
      ? this.#readTextTimestamp(token, value, bytes, valueEnd)
      : this.#readOpenMetricsTail(token, value, bytes, valueEnd);
  }

  /** Milliseconds, digits only: Prometheus' lexer knows no sign here. */
  #readTextTimestamp(token: number, value: number, bytes: Uint8Array, valueEnd: number): number {
    let i = skipBlanks(bytes, valueEnd);
    let timestampMs = NaN;
    if (bytes[i] !== NEWLINE) {
      if (i === valueEnd) throw new Fault(i, "the value is not a float");
      const start = i;
      timestampMs = 0;
      for (; isDigit(bytes[i]); i++) timestampMs = timestampMs * 10 + ((bytes[i] as number) - 48);
      if (i === start) throw new Fault(i, "expected a timestamp in milliseconds or a new line");
      if (timestampMs >= 2 ** 63) throw new Fault(start, "the timestamp is out of range");
      i = skipBlanks(bytes, i);
      if (bytes[i] !== NEWLINE) throw new Fault(i, "expected a new line after the timestamp");
    }
    if (token >= 0) this.#handler.sample(token, value, timestampMs);
    return i + 1;
  }

  /** Seconds, any float, cut to milliseconds as Prometheus does; then perhaps an exemplar. */
  #readOpenMetricsTail(token: number, value: number, bytes: Uint8Array, valueEnd: number): number {
    let i = valueEnd;
    let timestampMs = NaN;
    if (bytes[i] === SPACE && bytes[i + 1] !== HASH) {
      timestampMs = this.#readSeconds(bytes, i + 1);
      i = this.#decimal.end;
    }
    if (bytes[i] === NEWLINE) {
      if (token >= 0) this.#handler.sample(token, value, timestampMs);
      return i + 1;
    }
    if (bytes[i] !== SPACE) throw new Fault(i, "expected a space or a new line after a number");
    if (bytes[i + 1] !== HASH || bytes[i + 2] !== SPACE || bytes[i + 3] !== BRACE_OPEN) {
      throw new Fault(i + 1, "expected a new line or an exemplar");
    }
    if (token >= 0) this.#handler.sample(token, value, timestampMs);
    return this.#readExemplar(token, bytes, i + 3);
  }

  #readExemplar(token: number, bytes: Uint8Array, open: number): number {
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
    if (token >= 0) this.#handler.exemplar(token, { labels, value, timestampMs });
    return i + 1;
  }

  #readSeconds(bytes: Uint8Array, start: number): number {
    const seconds = this.#decimal.read(bytes, start);
    if (this.#decimal.end === start || !Number.isFinite(seconds)) {
      throw new Fault(start, "expected a timestamp in seconds");
    }
    return Math.trunc(seconds * 1000);
  }

  #readHashLine(bytes: Uint8Array, view: DataView, start: number): number {
    const lineEnd = bytes.indexOf(NEWLINE, start) + 1;
    const entry = this.#cache.find(bytes, view, start, lineEnd);
    let token = entry === 0 ? UNRESOLVED : (this.#cache.tokens[entry] as number);
    if (token !== UNRESOLVED) {
      this.#note(entry);
      if (token < COMMENT) this.#applyKnown(token);
      return lineEnd;
    }
    const line = this.#isText
      ? readTextHashLine(bytes, start)
      : readOpenMetricsHashLine(bytes, start);
    if (line.kind === "eof") {
      this.#state = "ended";
      return lineEnd;
    }
    if (line.kind === "comment") {
      token = COMMENT;
    } else {
      const family = this.#families.open(line.name);
      this.#families.apply(family, line);
      if (entry !== 0) token = this.#metadataToken({ family, change: line });
    }
    if (entry !== 0) {
      this.#cache.tokens[entry] = token;
      this.#note(entry);
    }
    return lineEnd;
  }

  #metadataToken(known: KnownMetadata): number {
    const index = this.#freeMetadata.pop() ?? this.#metadata.length;
    this.#metadata[index] = known;
    return COMMENT - 1 - index;
  }

  #releaseMetadata(index: number): void {
    this.#metadata[index] = null;
    this.#freeMetadata.push(index);
  }

  #applyKnown(token: number): void {
    const known = this.#metadata[COMMENT - 1 - token];
    if (known) this.#families.apply(known.family, known.change);
  }

  /** Walks over all series of this scrape: rare, so that nothing is spent while nothing changes. */
  #tellMetadata(): void {
    const cache = this.#cache;
    for (let entry = 1; entry < cache.count; entry++) {
      const token = cache.tokens[entry] as number;
      if (token < 0 || !cache.isShown(entry)) continue;
      const name = this.#nameOf(cache.text(entry));
      const family = this.#families.familyOf(name);
      if (family === null || !family.changed) continue;
      const metadata = this.#families.metadataOf(name, this.#isText);
      if (metadata !== null) this.#handler.metadataChanged(token, metadata);
    }
  }

  #nameOf(text: Uint8Array): string {
    const nameEnd = metricNameEnd(text, 0);
    if (nameEnd > 0) return decodeText(text, 0, nameEnd);
    return labelValue(parseSeriesText(text, 0, text.length, this.#isText), METRIC_NAME);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
