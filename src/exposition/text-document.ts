/**
 * A whole document in Prometheus text, read for `lint`: line after line, each on its own, so that
 * one fault does not hide the next. Stricter than a scrape where the format's own description is
 * (Prometheus, «Exposition formats»): one TYPE and HELP a family, before its samples; no series
 * twice; bounds are numbers.
 */
import { type Labels, labelsKey, labelValue, METRIC_NAME, type MetricType } from "#model";
import { boundOf } from "./bound.ts";
import { HASH, NEWLINE } from "./byte-class.ts";
import { DecimalReader } from "./decimal-reader.ts";
import { familySuffixes } from "./family-suffixes.ts";
import { Fault } from "./fault.ts";
import { type MetadataLine, readTextHashLine } from "./metadata-line.ts";
import { INCOMPLETE, parseSeriesText, seriesTextEnd, skipBlanks } from "./series-text.ts";

/** A family of a text document, by the name that its TYPE line uses. */
export interface TextFamily {
  readonly name: string;
  /** Where it is first mentioned, in bytes. */
  readonly position: number;
  type: MetricType;
  hasType: boolean;
  help: string | null;
  readonly series: Labels[];
  hasTimestamps: boolean;
}

/** What a text document holds and what is wrong with it. */
export interface TextDocument {
  readonly families: readonly TextFamily[];
  readonly faults: readonly Fault[];
}

/** `bytes` ends with a newline. Stops after `faultsMax` faults. */
export function readTextDocument(bytes: Uint8Array, faultsMax: number): TextDocument {
  const reader = new TextReader(bytes);
  const faults: Fault[] = [];
  let position = 0;
  while (position < bytes.length && faults.length < faultsMax) {
    try {
      position = reader.readLine(position);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
      position = bytes.indexOf(NEWLINE, Math.max(error.position, position)) + 1 || bytes.length;
    }
  }
  return { families: [...reader.families.values()], faults };
}

class TextReader {
  readonly families = new Map<string, TextFamily>();
  readonly #bytes: Uint8Array;
  readonly #decimal = new DecimalReader();
  readonly #seen = new Set<string>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Returns where the next line starts. */
  readLine(lineStart: number): number {
    const start = skipBlanks(this.#bytes, lineStart);
    const first = this.#bytes[start];
    if (first === NEWLINE) return start + 1;
    return first === HASH ? this.#readHashLine(start) : this.#readSample(start);
  }

  #readHashLine(start: number): number {
    const line = readTextHashLine(this.#bytes, start);
    if (line.kind === "comment" || line.kind === "eof" || line.kind === "unit") return line.end;
    const family = this.#open(line.name, start);
    if (line.kind === "help") this.#setHelp(family, line, start);
    else this.#setType(family, line, start);
    return line.end;
  }

  #setHelp(family: TextFamily, line: MetadataLine, position: number): void {
    if (family.help !== null) throw rule(position, `a second HELP of ${family.name}`);
    family.help = line.value;
  }

  #setType(family: TextFamily, line: MetadataLine & { kind: "type" }, position: number): void {
    if (family.hasType) throw rule(position, `a second TYPE of ${family.name}`);
    if (family.series.length > 0) throw rule(position, `TYPE of ${family.name} after its samples`);
    family.hasType = true;
    family.type = line.value;
  }

  #readSample(start: number): number {
    const bytes = this.#bytes;
    const textEnd = seriesTextEnd(bytes, start, bytes.length, true);
    if (textEnd === INCOMPLETE) throw new Fault(start, "a quoted string is not closed");
    const labels = parseSeriesText(bytes, start, textEnd, true);
    const valueStart = skipBlanks(bytes, textEnd);
    this.#decimal.read(bytes, valueStart);
    const valueEnd = this.#decimal.end;
    if (valueEnd === valueStart) throw new Fault(valueStart, "expected a float value");
    const end = this.#timestampEnd(valueEnd);
    const name = labelValue(labels, METRIC_NAME);
    const family = this.#familyOf(name, start);
    this.#checkSeries(family, name, labels, start);
    family.series.push(labels);
    if (end > skipBlanks(bytes, valueEnd) + 1) family.hasTimestamps = true;
    return end;
  }

  /** Where the line ends after an optional timestamp in milliseconds. */
  #timestampEnd(valueEnd: number): number {
    const start = skipBlanks(this.#bytes, valueEnd);
    if (this.#bytes[start] === NEWLINE) return start + 1;
    if (start === valueEnd) throw new Fault(start, "the value is not a float");
    const timestamp = this.#decimal.read(this.#bytes, start);
    const end = skipBlanks(this.#bytes, this.#decimal.end);
    if (!Number.isInteger(timestamp) || this.#bytes[end] !== NEWLINE) {
      throw new Fault(start, "expected a timestamp in whole milliseconds or a new line");
    }
    return end + 1;
  }

  #checkSeries(family: TextFamily, name: string, labels: Labels, position: number): void {
    const key = labelsKey(labels);
    if (this.#seen.has(key)) throw rule(position, "the series is there twice");
    this.#seen.add(key);
    const bound =
      family.type === "histogram" && name.endsWith("_bucket")
        ? "le"
        : family.type === "summary" && name === family.name
          ? "quantile"
          : null;
    const text = bound === null ? "" : labelValue(labels, bound);
    if (text !== "" && Number.isNaN(boundOf(text))) {
      throw rule(position, `${bound} must be a number`);
    }
  }

  /** The family that the name belongs to: its own, or one whose type has the name's suffix. */
  #familyOf(name: string, position: number): TextFamily {
    const own = this.families.get(name);
    if (own !== undefined) return own;
    for (const family of this.#candidates(name)) return family;
    return this.#open(name, position);
  }

  *#candidates(name: string): Generator<TextFamily> {
    for (const type of ["histogram", "summary"] as const) {
      for (const suffix of familySuffixes[type]) {
        const family = this.families.get(name.slice(0, name.length - suffix.length));
        if (name.endsWith(suffix) && family?.type === type) yield family;
      }
    }
  }

  #open(name: string, position: number): TextFamily {
    const known = this.families.get(name);
    if (known !== undefined) return known;
    const family: TextFamily = {
      name,
      position,
      type: "unknown",
      hasType: false,
      help: null,
      series: [],
      hasTimestamps: false,
    };
    this.families.set(name, family);
    return family;
  }
}

function rule(position: number, reason: string): Fault {
  return new Fault(position, reason, "exposition_rule");
}
