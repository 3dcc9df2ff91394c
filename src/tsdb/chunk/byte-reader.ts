/** Reads what `ByteWriter` wrote. Running past the end throws a RangeError: corruption to the caller. */
export class ByteReader {
  position: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    this.end = end;
  }

  readByte(): number {
    if (this.position >= this.end) throw new RangeError("read past the end of the record");
    return this.bytes[this.position++] as number;
  }

  /** The bytes themselves, not a copy. */
  readBytes(count: number): Uint8Array {
    const start = this.position;
    this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  skip(count: number): void {
    if (count < 0 || this.position + count > this.end) {
      throw new RangeError("read past the end of the record");
    }
    this.position += count;
  }

  readFloat64(): number {
    const start = this.position;
    this.skip(8);
    return this.view.getFloat64(start, true);
  }

  readVarint(): number {
    let value = this.readByte();
    if (value < 0x80) return value;
    value &= 0x7f;
    let scale = 0x80;
    for (;;) {
      const byte = this.readByte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
      if (scale > 2 ** 56) throw new RangeError("varint of more than eight bytes");
    }
    return value;
  }

  readZigzag(): number {
    const value = this.readVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
