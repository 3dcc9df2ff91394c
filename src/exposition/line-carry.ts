/** The bytes of a line that a chunk broke off, kept until the rest comes. */
export class LineCarry {
  length = 0;
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  view: DataView = new DataView(this.bytes.buffer);

  append(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.length + to - from;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.bytes.set(bytes.subarray(from, to), this.length);
    this.length = needed;
  }

  /** Drops the first `count` bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
