/**
 * From a series ref to a small number, in two flat arrays: a `Map` costs about 50 bytes an entry,
 * this 16. Open addressing, linear probing, at most half full; a removed entry leaves a tombstone.
 */
export class RefIndex {
  #keys = new Uint32Array(64);
  /** 0: empty, 1: tombstone, otherwise the value plus 2. */
  #values = new Uint32Array(64);
  #used = 0;
  #live = 0;

  /** The value of the ref, or -1. */
  get(ref: number): number {
    const place = this.#find(ref);
    return place < 0 ? -1 : (this.#values[place] as number) - 2;
  }

  /** The ref must be absent. */
  add(ref: number, value: number): void {
    if ((this.#used + 1) * 2 > this.#keys.length) this.#rebuild();
    let place = placeOf(ref, this.#keys.length);
    while ((this.#values[place] as number) > 1) place = (place + 1) & (this.#keys.length - 1);
    if (this.#values[place] === 0) this.#used += 1;
    this.#keys[place] = ref;
    this.#values[place] = value + 2;
    this.#live += 1;
  }

  remove(ref: number): void {
    const place = this.#find(ref);
    if (place < 0) return;
    this.#values[place] = 1;
    this.#live -= 1;
  }

  #find(ref: number): number {
    const mask = this.#keys.length - 1;
    let place = placeOf(ref, this.#keys.length);
    for (;;) {
      const value = this.#values[place] as number;
      if (value === 0) return -1;
      if (value > 1 && this.#keys[place] === ref) return place;
      place = (place + 1) & mask;
    }
  }

  #rebuild(): void {
    const keys = this.#keys;
    const values = this.#values;
    let capacity = 64;
    while (capacity < this.#live * 3) capacity *= 2;
    this.#keys = new Uint32Array(capacity);
    this.#values = new Uint32Array(capacity);
    this.#used = 0;
    this.#live = 0;
    for (let i = 0; i < keys.length; i++) {
      const value = values[i] as number;
      if (value > 1) this.add(keys[i] as number, value - 2);
    }
  }
}

function placeOf(ref: number, capacity: number): number {
  const mixed = Math.imul(ref, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & (capacity - 1);
}
