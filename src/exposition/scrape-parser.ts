import { assert } from "#lib/assert";
import { labelValue, METRIC_NAME } from "#model";
import { HASH, metricNameEnd, NEWLINE, SPACE } from "./byte-class.ts";
import { DecimalReader } from "./decimal-reader.ts";
import { decodeText } from "./escaped-text.ts";
import { ExpositionError } from "./exposition-error.ts";
import { type Family, FamilyTable } from "./family-table.ts";
import { columnOf, Fault } from "./fault.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";
import { LineCache, UNRESOLVED } from "./line-cache.ts";
import { LineCarry } from "./line-carry.ts";
import { type MetadataChange, readOpenMetricsHashLine, readTextHashLine } from "./metadata-line.ts";
import { SampleTailReader } from "./sample-tail.ts";
import type { ScrapeHandler, ScrapeParser, ScrapeParserOptions } from "./scrape-handler.ts";
import { INCOMPLETE, parseSeriesText, seriesTextEnd, skipBlanks } from "./series-text.ts";

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
  readonly #tail = new SampleTailReader(this.#decimal);
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
    const tail = this.#tail;
    const end = this.#isText
      ? tail.readText(bytes, valueEnd)
      : tail.readOpenMetrics(bytes, valueEnd);
    if (token < 0) return end;
    this.#handler.sample(token, value, tail.timestampMs);
    if (tail.exemplar !== null) this.#handler.exemplar(token, tail.exemplar);
    return end;
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
