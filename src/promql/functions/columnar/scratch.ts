/** Memory that kernels overwrite from series to series. */
export class Scratch {
  #floats = new Float64Array(0);
  #indexes = new Int32Array(0);

  floats(length: number): Float64Array {
    if (this.#floats.length < length) this.#floats = new Float64Array(length * 2);
    return this.#floats;
  }

  indexes(length: number): Int32Array {
    if (this.#indexes.length < length) this.#indexes = new Int32Array(length * 2);
    return this.#indexes;
  }
}
