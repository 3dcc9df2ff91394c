/**
 * What one target's scrapes know of its series from one scrape to the next, column by column.
 *
 * A slot is the token that the exposition parser keeps for a series text, so the steady state of a
 * scrape is: token → typed arrays, no object, no string. Two texts that mean the same series (other
 * order of labels) share a slot. Scrapes are numbered from 1; 0 is never.
 */
import type { SeriesRef } from "#model";
import { RefIndex } from "./ref-index.ts";

/** Series that relabeling drops: counted, not stored. */
export const DROPPED_SLOT = 0;
/** Series beyond the sample limit: counted, neither resolved nor stored. */
export const OVERFLOW_SLOT = 1;
const FIRST_SLOT = 2;

/** The series had a sample in the scrape before, so it gets a stale marker when it is missing. */
const TRACKED_BEFORE = 1;
/** It has one in this scrape. */
const TRACKED_NOW = 2;
const TRACKED = TRACKED_BEFORE | TRACKED_NOW;
/** A body that was read to its end, or to its own fault, has shown the series: it is not new. */
const KNOWN = 4;

/** Fewer than this are not worth the walk. */
const UNSEEN_MIN = 1000;

const FREE = 0;
const IN_USE = 1;

export class SeriesSlots {
  /** All slots are below this. */
  end = FIRST_SLOT;
  refs = new Uint32Array(64);
  /** The newest scrape that showed the series. */
  seenIn = new Uint32Array(64);
  /** Where in the batch of that scrape its newest sample is. */
  placeOf = new Uint32Array(64);
  tracking = new Uint8Array(64);
  #states = new Uint8Array(64);
  readonly #free: number[] = [];
  readonly #byRef = new RefIndex();

  /** The slot of the series, made if absent. */
  slotOf(ref: SeriesRef): number {
    const known = this.#byRef.get(ref);
    if (known >= 0) return known;
    const slot = this.#free.pop() ?? this.#append();
    this.refs[slot] = ref;
    this.seenIn[slot] = 0;
    this.tracking[slot] = 0;
    this.#states[slot] = IN_USE;
    this.#byRef.add(ref, slot);
    return slot;
  }

  /** Marks the sample of this scrape as one that ends with a stale marker. */
  track(slot: number): void {
    this.tracking[slot] = (this.tracking[slot] as number) | TRACKED_NOW;
  }

  /** Series of the scrape before; of these, with `missing`, only those that this one lacks. */
  forEachTracked(missing: boolean, visit: (ref: SeriesRef) => void): void {
    const { tracking, refs, end } = this;
    for (let slot = FIRST_SLOT; slot < end; slot++) {
      const flags = tracking[slot] as number;
      if (missing ? (flags & TRACKED) === TRACKED_BEFORE : (flags & TRACKED_BEFORE) !== 0) {
        visit(refs[slot] as SeriesRef);
      }
    }
  }

  /** Whether the series was in a body since scrape `since`. */
  isKnown(slot: number, since: number): boolean {
    return (
      (this.seenIn[slot] as number) >= since && ((this.tracking[slot] as number) & KNOWN) !== 0
    );
  }

  /** The body of this scrape has been read: what it showed is known from now on. */
  know(scrape: number): void {
    const { tracking, seenIn, end } = this;
    for (let slot = FIRST_SLOT; slot < end; slot++) {
      if (seenIn[slot] === scrape) tracking[slot] = (tracking[slot] as number) | KNOWN;
    }
  }

  /** This scrape is stored: its series are now those of the scrape before. `failed`: it had none. */
  settle(failed: boolean): void {
    const { tracking, end } = this;
    for (let slot = FIRST_SLOT; slot < end; slot++) {
      const flags = tracking[slot] as number;
      const stays = !failed && (flags & TRACKED_NOW) !== 0 ? TRACKED_BEFORE : 0;
      tracking[slot] = (flags & KNOWN) | stays;
    }
  }

  /** Nothing of this scrape was stored. */
  revert(): void {
    const { tracking, end } = this;
    for (let slot = FIRST_SLOT; slot < end; slot++) {
      tracking[slot] = (tracking[slot] as number) & ~TRACKED_NOW;
    }
  }

  get inUse(): number {
    return this.end - FIRST_SLOT - this.#free.length;
  }

  /**
   * Gives up slots: those whose series the store has dropped, and, once they are many, those that
   * have not been seen since scrape `since`; 0 spares these. `forget` must make sure that no text
   * leads there.
   */
  retire(since: number, isLive: (ref: SeriesRef) => boolean, forget: (slot: number) => void): void {
    let unseen = 0;
    for (let slot = FIRST_SLOT; slot < this.end; slot++) {
      if (this.#states[slot] === FREE) continue;
      if (!isLive(this.refs[slot] as SeriesRef)) this.#release(slot, forget);
      else if (this.#isUnseen(slot, since)) unseen += 1;
    }
    if (unseen < UNSEEN_MIN || unseen * 4 < this.end) return;
    for (let slot = FIRST_SLOT; slot < this.end; slot++) {
      if (this.#states[slot] === IN_USE && this.#isUnseen(slot, since)) this.#release(slot, forget);
    }
  }

  #isUnseen(slot: number, since: number): boolean {
    const isTracked = ((this.tracking[slot] as number) & TRACKED) !== 0;
    return (this.seenIn[slot] as number) < since && !isTracked;
  }

  #release(slot: number, forget: (slot: number) => void): void {
    this.#byRef.remove(this.refs[slot] as number);
    this.#states[slot] = FREE;
    this.tracking[slot] = 0;
    this.#free.push(slot);
    forget(slot);
  }

  #append(): number {
    if (this.end === this.refs.length) this.#grow();
    return this.end++;
  }

  #grow(): void {
    const capacity = this.refs.length * 2;
    this.refs = grown(this.refs, new Uint32Array(capacity));
    this.seenIn = grown(this.seenIn, new Uint32Array(capacity));
    this.placeOf = grown(this.placeOf, new Uint32Array(capacity));
    this.tracking = grown(this.tracking, new Uint8Array(capacity));
    this.#states = grown(this.#states, new Uint8Array(capacity));
  }
}

function grown<Column extends Uint8Array | Uint32Array>(old: Column, larger: Column): Column {
  larger.set(old);
  return larger;
}
