/** Writes protobuf messages field by field: as much of the format as remote write needs. */
export class ProtobufWriter {
  #bytes: number[] = [];

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  varint(field: number, value: bigint): this {
    this.#tag(field, 0);
    this.#varint(BigInt.asUintN(64, value));
    return this;
  }

  /** `sint32`, `sint64`: small negative numbers stay short. */
  zigzag(field: number, value: number): this {
    return this.varint(field, BigInt(value >= 0 ? value * 2 : -value * 2 - 1));
  }

  /** The 64 bits of a double as they are: a stale marker is a NaN of its own. */
  fixed64(field: number, bits: bigint): this {
    this.#tag(field, 1);
    this.#fixed64(bits);
    return this;
  }

  double(field: number, value: number): this {
    return this.fixed64(field, bitsOf(value));
  }

  doubles(field: number, values: Iterable<number>): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#fixed64(bitsOf(value));
    return this.message(field, packed);
  }

  text(field: number, value: string): this {
    return this.#lengthDelimited(field, new TextEncoder().encode(value));
  }

  message(field: number, message: ProtobufWriter): this {
    return this.#lengthDelimited(field, message.#bytes);
  }

  #lengthDelimited(field: number, content: ArrayLike<number>): this {
    this.#tag(field, 2);
    this.#varint(BigInt(content.length));
    for (let i = 0; i < content.length; i++) this.#bytes.push(content[i] ?? 0);
    return this;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt(field * 8 + wireType));
  }

  #varint(value: bigint): void {
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) this.#bytes.push(Number(rest & 127n) | 128);
    this.#bytes.push(Number(rest));
  }

  #fixed64(bits: bigint): void {
    for (let shift = 0n; shift < 64n; shift += 8n) {
      this.#bytes.push(Number((bits >> shift) & 255n));
    }
  }
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
