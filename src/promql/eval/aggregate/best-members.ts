import { FLOAT, type VectorSeries } from "../vector-series.ts";

/** Places in each step's heap to begin with; most queries ask for no more. */
const STRIDE_MIN = 2;
/** A value and the number of its member. */
const PLACE_BYTES = 12;

/**
 * The k members with the best values at each step. Each step has a binary heap whose root is the worst
 * of those kept, so that a further member costs one comparison unless it is better; all heaps lie in
 * one column, and members are offered one after the other, so that none needs to be held. Go's
 * container/heap, move by move, because among equal values the moves decide who stays. NaN is the
 * worst of all.
 */
export class BestMembers {
  readonly #limits: Float64Array;
  readonly #isTop: boolean;
  readonly #claim: (bytes: number) => void;
  readonly #sizes: Int32Array;
  #stride = STRIDE_MIN;
  #members: Int32Array;
  #values: Float64Array;

  /** `limits`: how many may stay at each step. `claim` refuses memory that is too much. */
  constructor(limits: Float64Array, isTop: boolean, claim: (bytes: number) => void) {
    this.#limits = limits;
    this.#isTop = isTop;
    this.#claim = claim;
    this.#sizes = new Int32Array(limits.length);
    [this.#members, this.#values] = this.#room(STRIDE_MIN);
  }

  #room(stride: number): readonly [members: Int32Array, values: Float64Array] {
    const places = this.#limits.length * stride;
    this.#claim(places * PLACE_BYTES);
    return [new Int32Array(places), new Float64Array(places)];
  }

  /** Offers a series under a number that later tells which it was. */
  offer(member: number, { kinds, values }: Pick<VectorSeries, "kinds" | "values">): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const size = this.#sizes[step] as number;
      if (size < (this.#limits[step] as number)) {
        if (size === this.#stride) this.#widen();
        this.#push(step, size, member, value);
      } else if (size > 0 && this.#isWorse(this.#values[step * this.#stride] as number, value)) {
        if (!Number.isNaN(value)) this.#replaceRoot(step, size, member, value);
      }
    }
  }

  /** Those that stayed at a step, best first. */
  at(step: number): readonly { readonly member: number; readonly value: number }[] {
    const base = step * this.#stride;
    const kept = Array.from({ length: this.#sizes[step] as number }, (_, i) => ({
      member: this.#members[base + i] as number,
      value: this.#values[base + i] as number,
    }));
    return kept.toSorted((a, b) => compareBestFirst(a.value, b.value, this.#isTop));
  }

  #isWorse(a: number, b: number): boolean {
    return Number.isNaN(a) || (this.#isTop ? a < b : a > b);
  }

  #push(step: number, size: number, member: number, value: number): void {
    const base = step * this.#stride;
    this.#set(base + size, member, value);
    this.#sizes[step] = size + 1;
    let child = size;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isWorseAt(base + child, base + parent)) return;
      this.#swap(base + child, base + parent);
      child = parent;
    }
  }

  #replaceRoot(step: number, size: number, member: number, value: number): void {
    const base = step * this.#stride;
    this.#set(base, member, value);
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= size) return;
      const right = left + 1;
      const isRight = right < size && this.#isWorseAt(base + right, base + left);
      const child = isRight ? right : left;
      if (!this.#isWorseAt(base + child, base + parent)) return;
      this.#swap(base + child, base + parent);
      parent = child;
    }
  }

  #isWorseAt(a: number, b: number): boolean {
    return this.#isWorse(this.#values[a] as number, this.#values[b] as number);
  }

  #set(at: number, member: number, value: number): void {
    this.#members[at] = member;
    this.#values[at] = value;
  }

  #swap(a: number, b: number): void {
    const member = this.#members[a] as number;
    const value = this.#values[a] as number;
    this.#set(a, this.#members[b] as number, this.#values[b] as number);
    this.#set(b, member, value);
  }

  /** Twice as many places for each step. */
  #widen(): void {
    const stride = this.#stride * 2;
    const [members, values] = this.#room(stride);
    for (let step = 0; step < this.#sizes.length; step++) {
      const from = step * this.#stride;
      const to = from + (this.#sizes[step] as number);
      members.set(this.#members.subarray(from, to), step * stride);
      values.set(this.#values.subarray(from, to), step * stride);
    }
    this.#stride = stride;
    this.#members = members;
    this.#values = values;
  }
}

function compareBestFirst(x: number, y: number, isTop: boolean): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  if (x === y) return 0;
  return x > y === isTop ? -1 : 1;
}
