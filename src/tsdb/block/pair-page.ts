import type { ByteReader } from "../chunk/byte-reader.ts";
import { readText } from "./text-field.ts";

/**
 * A page of label pairs. Of its 64 values often one is wanted, so texts are decoded when they are asked
 * for: where values are as many as series, a page is read for nearly every series.
 */
export class PairPage {
  readonly #reader: ByteReader;
  readonly #names: Uint32Array;
  /** Where each value's text field begins. */
  readonly #starts: Uint32Array;
  readonly #values: (string | undefined)[] = [];

  /** Throws a RangeError where the record does not hold `count` pairs of `nameCount` names. */
  constructor(reader: ByteReader, count: number, nameCount: number) {
    this.#reader = reader;
    this.#names = new Uint32Array(count);
    this.#starts = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const name = reader.readVarint();
      if (name >= nameCount) throw new RangeError(`a pair of the unknown label ${name}`);
      this.#names[i] = name;
      this.#starts[i] = reader.position;
      reader.skip(reader.readVarint());
    }
  }

  /** The index of the pair's label name. */
  nameOf(at: number): number {
    return this.#names[at] as number;
  }

  valueOf(at: number): string {
    const known = this.#values[at];
    if (known !== undefined) return known;
    this.#reader.position = this.#starts[at] as number;
    return (this.#values[at] = readText(this.#reader));
  }
}
