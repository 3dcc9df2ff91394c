import { assert } from "#lib/assert";

/** Reads what `ByteSink` wrote. Reading past the end is a bug: records are checked by CRC first. */
export class ByteSource {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    assert(byte !== undefined, "a record ends before its content");
    return byte;
  }

  varint(): number {
    let value = this.byte();
    if (value < 128) return value;
    value &= 127;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const zigzag = this.varint();
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  word(): number {
    const low = this.byte() | (this.byte() << 8);
    return (low | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  section(): Uint8Array {
    const length = this.varint();
    assert(this.#at + length <= this.#bytes.length, "a section reaches past its record");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return Buffer.from(this.section()).toString("utf8");
  }
}
