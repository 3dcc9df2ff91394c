/** Bytes in the making: grows, is reused, and hands out copies. */
export class ByteSink {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes sure that `count` more bytes fit; `bytes` may be replaced. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.length + count, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  putByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, lowest first. */
  putVarint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7fff_ffff) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** A whole number of either sign, up to 2^52. */
  putSigned(value: number): void {
    this.putVarint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  putWord(word: number): void {
    this.reserve(4);
    this.bytes[this.length] = word;
    this.bytes[this.length + 1] = word >>> 8;
    this.bytes[this.length + 2] = word >>> 16;
    this.bytes[this.length + 3] = word >>> 24;
    this.length += 4;
  }

  putBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Its length, then the text in UTF-8. */
  putText(text: string): void {
    this.putSection(Buffer.from(text, "utf8"));
  }

  putSection(bytes: Uint8Array): void {
    this.putVarint(bytes.length);
    this.putBytes(bytes);
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
