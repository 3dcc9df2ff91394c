/**
 * A hash table whose entries are only ids (4 bytes each, linear probing): what an id stands for lies
 * in columns elsewhere, and `hashOf` finds it there. Deleting shifts followers back, so there are
 * no tombstones and lookups stay short under churn.
 */
export class IdTable {
  #slots: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #mask = 63;
  #count = 0;
  readonly #hashOf: (id: number) => number;

  /** Ids are 1 or more. */
  constructor(hashOf: (id: number) => number) {
    this.#hashOf = hashOf;
  }

  get count(): number {
    return this.#count;
  }

  /** The id with this hash for which `matches` holds, or 0. */
  find(hash: number, matches: (id: number) => boolean): number {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const id = this.#slots[slot] as number;
      if (id === 0 || matches(id)) return id;
    }
  }

  /** The id must not be there yet. */
  insert(id: number): void {
    if ((this.#count + 1) * 4 > this.#slots.length * 3) this.#grow();
    this.#count += 1;
    this.#place(id);
  }

  /** The id must be there. */
  remove(id: number): void {
    let hole = this.#hashOf(id) & this.#mask;
    while (this.#slots[hole] !== id) hole = (hole + 1) & this.#mask;
    this.#count -= 1;
    let slot = hole;
    for (;;) {
      slot = (slot + 1) & this.#mask;
      const follower = this.#slots[slot] as number;
      if (follower === 0) break;
      const home = this.#hashOf(follower) & this.#mask;
      // The follower may fill the hole unless its home lies between hole and slot.
      if (((slot - home) & this.#mask) >= ((slot - hole) & this.#mask)) {
        this.#slots[hole] = follower;
        hole = slot;
      }
    }
    this.#slots[hole] = 0;
  }

  #place(id: number): void {
    let slot = this.#hashOf(id) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = id;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#slots.length - 1;
    for (const id of old) {
      if (id !== 0) this.#place(id);
    }
  }
}

/** Spreads the bits of a 32-bit number (the finalizer of MurmurHash3). */
export function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
