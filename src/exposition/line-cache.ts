/**
 * What the lines of one scrape target meant the last time.
 *
 * Problem: a target sends the same 100,000 series texts every few seconds. Parsing their labels
 * and finding their series each time is most of the cost of a scrape.
 * Approach: every line's text (a series text `name{…}`, or a whole metadata line) is kept as bytes
 * in one arena, with a token that says what it meant. Each entry knows its successor, the entry
 * that came after it the last time, so the usual lookup is one comparison of bytes with the
 * expected text. Only when that fails is the text hashed and looked up. A successor chain heals by
 * itself when lines come or go, where an index by line number would stay shifted.
 * Memory: the text's bytes, 17 bytes of columns and 8 to 16 bytes of hash table a line; spare room
 * from growing is given back once a scrape brings nothing new.
 * Entries that two completed scrapes in a row did not show are forgotten, and their room is taken
 * back once they are a quarter of all.
 */
export class LineCache {
  /** Entry 0 is no line: it stands for the start of the body, and for «none». */
  count = 1;
  /** How many entries are known to be alive, and how many of them this scrape has shown. */
  #live = 0;
  #shown = 0;
  #generation = 1;
  #used = 0;
  /** Whether a text was added since the last completed scrape. */
  #hasNew = false;
  #arena = new Uint8Array(4096);
  #view = new DataView(this.#arena.buffer);
  #offsets = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  #generations = new Uint8Array(64);
  /** What the line meant; see the constants below for negative values. */
  tokens: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** The entry that came next the last time, or 0. */
  successors: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #table = new Uint32Array(128);
  readonly #textBytesMax: number;
  readonly #forgotten: (token: number) => void;

  /** `forgotten` is told the token of every line that is forgotten. */
  constructor(textBytesMax: number, forgotten: (token: number) => void) {
    this.#textBytesMax = textBytesMax;
    this.#forgotten = forgotten;
  }

  /** Bytes that the cache holds in memory. */
  get memoryBytes(): number {
    return (
      this.#arena.length + this.#offsets.length * COLUMN_BYTES + this.#table.length * TABLE_BYTES
    );
  }

  /** The length of the entry's text if it stands at `position`, else 0. */
  matchLength(entry: number, view: DataView, position: number, end: number): number {
    const length = this.#lengths[entry] as number;
    if (position + length > end) return 0;
    const offset = this.#offsets[entry] as number;
    const own = this.#view;
    let i = 0;
    for (; i <= length - 4; i += 4) {
      if (view.getInt32(position + i, true) !== own.getInt32(offset + i, true)) return 0;
    }
    for (; i < length; i++) {
      if (view.getUint8(position + i) !== own.getUint8(offset + i)) return 0;
    }
    return length;
  }

  /** Notes that this scrape has shown the entry. */
  show(entry: number): void {
    const seen = this.#generations[entry];
    if (seen === this.#generation) return;
    this.#shown += 1;
    if (seen === FORGOTTEN) this.#live += 1;
    this.#generations[entry] = this.#generation;
  }

  /** The entry with exactly these bytes; a new one with token `UNRESOLVED` if there is none; 0 if there is no room. */
  find(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const hash = hashOf(view, start, end);
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const entry = this.#table[slot] as number;
      if (entry === 0) return this.#insert(bytes, start, end);
      if (this.#lengths[entry] === end - start && this.matchLength(entry, view, start, end) !== 0) {
        return entry;
      }
      slot = (slot + 1) & mask;
    }
    return 0;
  }

  /** The entry's text; a view that is valid until the next insertion. */
  text(entry: number): Uint8Array {
    const offset = this.#offsets[entry] as number;
    return this.#arena.subarray(offset, offset + (this.#lengths[entry] as number));
  }

  isShown(entry: number): boolean {
    return this.#generations[entry] === this.#generation;
  }

  /** A new try at the same scrape: nothing is shown yet. */
  restart(): void {
    this.#shown = 0;
    this.#generations.forEach((seen, entry) => {
      if (seen === this.#generation) this.#generations[entry] = before(this.#generation);
    });
  }

  /** Ends a completed scrape: forgets what neither it nor the one before has shown. */
  complete(): void {
    if (this.#shown < this.#live) this.#forgetUnseen();
    this.#generation = after(this.#generation);
    this.#shown = 0;
    const forgotten = this.count - 1 - this.#live;
    if (forgotten > 64 && forgotten * 4 > this.count) this.#compact();
    else if (!this.#hasNew) this.#trim();
    this.#hasNew = false;
  }

  /** Forgets everything. */
  clear(): void {
    this.#table.fill(0);
    this.successors.fill(0);
    this.count = 1;
    this.#live = 0;
    this.#shown = 0;
    this.#used = 0;
  }

  #forgetUnseen(): void {
    const previous = before(this.#generation);
    for (let entry = 1; entry < this.count; entry++) {
      const seen = this.#generations[entry];
      if (seen === this.#generation || seen === previous || seen === FORGOTTEN) continue;
      this.#forgotten(this.tokens[entry] as number);
      this.#generations[entry] = FORGOTTEN;
      this.tokens[entry] = UNRESOLVED;
      this.#live -= 1;
    }
  }

  #insert(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > this.#textBytesMax) return 0;
    if (this.#used + length > this.#arena.length) this.#growArena(length);
    if (this.count === this.#offsets.length) this.#growColumns();
    if (this.count * 2 > this.#table.length) this.#growTable();
    const entry = this.count++;
    this.#offsets[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#generations[entry] = FORGOTTEN;
    this.tokens[entry] = UNRESOLVED;
    this.successors[entry] = 0;
    this.#arena.set(bytes.subarray(start, end), this.#used);
    this.#used += length;
    this.#link(entry);
    this.#hasNew = true;
    return entry;
  }

  #link(entry: number): void {
    const mask = this.#table.length - 1;
    const offset = this.#offsets[entry] as number;
    let slot = hashOf(this.#view, offset, offset + (this.#lengths[entry] as number)) & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = entry;
  }

  #growArena(length: number): void {
    const grown = new Uint8Array(Math.max(this.#arena.length * 1.5, this.#used + length) + 64);
    grown.set(this.#arena.subarray(0, this.#used));
    this.#arena = grown;
    this.#view = new DataView(grown.buffer);
  }

  #growColumns(): void {
    const capacity = Math.ceil(this.#offsets.length * 1.5);
    this.#offsets = grown32(this.#offsets, capacity);
    this.#lengths = grown32(this.#lengths, capacity);
    this.successors = grown32(this.successors, capacity);
    const tokens = new Int32Array(capacity);
    tokens.set(this.tokens);
    this.tokens = tokens;
    const generations = new Uint8Array(capacity);
    generations.set(this.#generations);
    this.#generations = generations;
  }

  #growTable(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let entry = 1; entry < this.count; entry++) this.#link(entry);
  }

  /** Moves the living entries together; the order, and so the successors, stay. */
  #compact(): void {
    const places = new Uint32Array(this.count);
    let next = 1;
    let used = 0;
    for (let entry = 1; entry < this.count; entry++) {
      if (this.#generations[entry] === FORGOTTEN) continue;
      places[entry] = next;
      const offset = this.#offsets[entry] as number;
      const length = this.#lengths[entry] as number;
      this.#arena.copyWithin(used, offset, offset + length);
      this.#offsets[next] = used;
      this.#lengths[next] = length;
      this.#generations[next] = this.#generations[entry] as number;
      this.tokens[next] = this.tokens[entry] as number;
      this.successors[next] = this.successors[entry] as number;
      used += length;
      next += 1;
    }
    for (let entry = 0; entry < next; entry++) {
      this.successors[entry] = places[this.successors[entry] as number] as number;
    }
    this.count = next;
    this.#used = used;
    this.#trim();
    this.#rebuildTable();
  }

  /** Gives back spare room, down to a sixteenth. */
  #trim(): void {
    if (this.#arena.length > this.#used * 1.25 + 4096) {
      this.#arena = this.#arena.slice(0, Math.ceil(this.#used * 1.0625));
      this.#view = new DataView(this.#arena.buffer);
    }
    if (this.#offsets.length <= this.count * 1.25 + 64) return;
    const capacity = Math.ceil(this.count * 1.0625) + 1;
    this.#offsets = this.#offsets.slice(0, capacity);
    this.#lengths = this.#lengths.slice(0, capacity);
    this.successors = this.successors.slice(0, capacity);
    this.tokens = this.tokens.slice(0, capacity);
    this.#generations = this.#generations.slice(0, capacity);
  }

  #rebuildTable(): void {
    let length = 128;
    while (length < this.count * 2) length *= 2;
    this.#table = new Uint32Array(length);
    for (let entry = 1; entry < this.count; entry++) this.#link(entry);
  }
}

/** The token of a text whose meaning has to be asked for. */
export const UNRESOLVED = -0x8000_0000;

const FORGOTTEN = 0;
/** Offset, length, token and successor, 32 bits each, and the generation. */
const COLUMN_BYTES = 17;
const TABLE_BYTES = 4;
/** Beyond this a text is not cached, so that crafted collisions cost a parse, not a walk. */
const PROBES_MAX = 128;

/** Generations go round from 1 to 255; entries older than one round are forgotten long before. */
function after(generation: number): number {
  return generation === 255 ? 1 : generation + 1;
}

function before(generation: number): number {
  return generation === 1 ? 255 : generation - 1;
}

function grown32(column: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(capacity);
  grown.set(column);
  return grown;
}

/** Murmur-like mixing, four bytes a step. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i <= end - 4; i += 4) {
    hash = Math.imul(hash ^ view.getInt32(i, true), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}
