import { NEWLINE } from "./byte-class.ts";
import { ExpositionError } from "./exposition-error.ts";
import { claimedNames } from "./family-plan.ts";
import { columnOf, Fault } from "./fault.ts";
import { type StrictFamily, StrictFamilyBuilder } from "./strict-family.ts";
import { StrictLineReader } from "./strict-line.ts";

/**
 * Reads an OpenMetrics 1.0.0 document to the letter of the specification. Throws an
 * `ExpositionError` at the first violation.
 */
export function parseStrict(bytes: Uint8Array): StrictFamily[] {
  const families: StrictFamily[] = [];
  visitStrict(bytes, (family) => families.push(family));
  return families;
}

/** The same, family after family, so that no more than one is held in memory. */
export function visitStrict(bytes: Uint8Array, visit: (family: StrictFamily) => void): void {
  const whole = withNewline(bytes);
  try {
    new StrictDocument(whole, visit).read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw errorAt(whole, error);
  }
}

/** The last line may lack its newline; then the reader gets a copy that has it. */
export function withNewline(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) === NEWLINE) return bytes;
  const whole = new Uint8Array(bytes.length + 1);
  whole.set(bytes);
  whole[bytes.length] = NEWLINE;
  return whole;
}

function errorAt(bytes: Uint8Array, fault: Fault): ExpositionError {
  let line = 1;
  let lineStart = 0;
  for (
    let i = bytes.indexOf(NEWLINE);
    i >= 0 && i < fault.position;
    i = bytes.indexOf(NEWLINE, i + 1)
  ) {
    line += 1;
    lineStart = i + 1;
  }
  const column = columnOf(bytes, lineStart, fault.position);
  return new ExpositionError(fault.code, line, column, fault.message);
}

/** Walks over the lines and tells where one family ends and the next begins. */
class StrictDocument {
  readonly #bytes: Uint8Array;
  readonly #reader: StrictLineReader;
  readonly #visit: (family: StrictFamily) => void;
  readonly #claimed = new Set<string>();
  #family: StrictFamilyBuilder | null = null;

  constructor(bytes: Uint8Array, visit: (family: StrictFamily) => void) {
    this.#bytes = bytes;
    this.#reader = new StrictLineReader(bytes);
    this.#visit = visit;
  }

  read(): void {
    let position = 0;
    while (position < this.#bytes.length) {
      if (this.#reader.isHashLine(position)) {
        const line = this.#reader.hashLine(position);
        if (line.kind === "eof") return this.#finish(line.end);
        // Comments are refused by the reader.
        if (line.kind !== "comment")
          this.#familyFor(line.name, position).addMetadata(line, position);
      } else {
        this.#addSample(position);
      }
      position = this.#reader.end;
    }
    throw new Fault(position, "the document does not end with # EOF", "exposition_incomplete");
  }

  #addSample(position: number): void {
    const sample = this.#reader.sample(position);
    const present = this.#family;
    const family = present?.owns(sample.name) ? present : this.#open(sample.name, position);
    family.addSample(sample);
  }

  #familyFor(name: string, position: number): StrictFamilyBuilder {
    return this.#family?.name === name ? this.#family : this.#open(name, position);
  }

  #open(name: string, position: number): StrictFamilyBuilder {
    this.#close();
    this.#family = new StrictFamilyBuilder(name, position);
    return this.#family;
  }

  #close(): void {
    if (this.#family === null) return;
    const { position } = this.#family;
    const family = this.#family.finish();
    for (const name of claimedNames(family.family, family.type)) {
      if (this.#claimed.has(name)) {
        const reason = `the name ${name} belongs to another family already`;
        throw new Fault(position, reason, "exposition_rule");
      }
      this.#claimed.add(name);
    }
    this.#visit(family);
  }

  #finish(end: number): void {
    this.#close();
    if (end < this.#bytes.length) throw new Fault(end, "text after # EOF");
  }
}
