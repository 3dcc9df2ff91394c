import type { Labels, SeriesRef } from "#model";
import { compareUtf8 } from "#model";
import { grownUint32, grownUint8 } from "./growing-column.ts";
import { IdLists } from "./id-lists.ts";
import { IdTable, mixed } from "./id-table.ts";
import { SymbolTable } from "./symbol-table.ts";
import { WordHeap } from "./word-heap.ts";

/**
 * Which series exist, and which have a label. No object per series: texts are symbols, a label is a
 * pair of symbols with an id, a series is a list of pair ids in a heap of words, and an
 * open-addressing table leads from labels to the series' ref.
 *
 * Life of a ref: `ensure` makes it, `drop` ends it (lookups and selects no longer find it; its
 * labels stay readable for readers under way), `forget` frees its labels, and `sweep` takes it out
 * of the lists of its pairs and frees pairs and symbols that nothing uses. Refs rise and are never
 * given again, because callers keep them.
 */
export class SeriesIndex {
  readonly #symbols = new SymbolTable();
  readonly #heap = new WordHeap();

  #pairNames: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #pairValues: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #pairEnd = 1;
  readonly #freePairs: number[] = [];
  /** Taken out of the table by the sweep under way. */
  #sweptPairs: number[] = [];
  readonly #pairTable = new IdTable((pair) =>
    hashPair(this.#pairNames[pair] as number, this.#pairValues[pair] as number),
  );
  readonly #seriesOfPair = new IdLists(this.#heap);
  readonly #pairsOfName = new IdLists(this.#heap);

  /** Where a series' pairs lie: their number, then the ids in label order. 0: forgotten. */
  #addresses: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #live: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  #refEnd = 1;
  readonly #seriesTable = new IdTable((ref) => {
    const address = this.#addresses[ref] as number;
    return hashPairs(this.#heap.words, address + 1, this.#heap.words[address] as number);
  });
  #sweeps = 0;
  #pairScratch = new Uint32Array(64);

  /** How often pairs have been freed: their ids may mean others after that. */
  get sweeps(): number {
    return this.#sweeps;
  }

  /** Live series. */
  get count(): number {
    return this.#seriesTable.count;
  }

  get pairCount(): number {
    return this.#pairTable.count;
  }

  get symbolCount(): number {
    return this.#symbols.count;
  }

  get refEnd(): number {
    return this.#refEnd;
  }

  get pairEnd(): number {
    return this.#pairEnd;
  }

  isLive(ref: number): boolean {
    return ref < this.#refEnd && this.#live[ref] === 1;
  }

  /** The live series with exactly these labels, or 0. */
  find(labels: Labels): SeriesRef | 0 {
    const count = labels.length / 2;
    const pairs = this.#scratchFor(count);
    for (let i = 0; i < count; i++) {
      const pair = this.findPair(labels[i * 2] as string, labels[i * 2 + 1] as string);
      if (pair === 0) return 0;
      pairs[i] = pair;
    }
    return this.#findPairs(pairs, count);
  }

  /** The same, made if absent; whether it was made shows in `refEnd`. */
  ensure(labels: Labels): SeriesRef {
    const count = labels.length / 2;
    const pairs = this.#scratchFor(count);
    for (let i = 0; i < count; i++) {
      pairs[i] = this.internPair(labels[i * 2] as string, labels[i * 2 + 1] as string);
    }
    return this.ensurePairs(pairs.subarray(0, count));
  }

  /** The same for pairs in label order. */
  ensurePairs(pairs: Uint32Array): SeriesRef {
    const known = this.#findPairs(pairs, pairs.length);
    return known !== 0 ? known : this.#add(pairs, pairs.length);
  }

  labels(ref: number): Labels {
    const address = this.#addresses[ref] ?? 0;
    if (address === 0) return [] as readonly string[] as Labels;
    const words = this.#heap.words;
    const count = words[address] as number;
    const flat: string[] = [];
    for (let i = 1; i <= count; i++) {
      const pair = words[address + i] as number;
      flat.push(this.#symbols.text(this.#pairNames[pair] as number));
      flat.push(this.#symbols.text(this.#pairValues[pair] as number));
    }
    return flat as readonly string[] as Labels;
  }

  /** `compareLabels` of two series; equal pairs are equal ids, so texts are compared once. */
  compare(a: number, b: number): number {
    const words = this.#heap.words;
    const aAddress = this.#addresses[a] as number;
    const bAddress = this.#addresses[b] as number;
    const aCount = words[aAddress] as number;
    const bCount = words[bAddress] as number;
    const count = Math.min(aCount, bCount);
    for (let i = 1; i <= count; i++) {
      const aPair = words[aAddress + i] as number;
      const bPair = words[bAddress + i] as number;
      if (aPair !== bPair) return this.#comparePairs(aPair, bPair);
    }
    return aCount - bCount;
  }

  /** The pair's id, or 0. */
  findPair(name: string, value: string): number {
    const nameSymbol = this.#symbols.find(name);
    const valueSymbol = nameSymbol === 0 ? 0 : this.#symbols.find(value);
    return valueSymbol === 0 ? 0 : this.#findSymbolPair(nameSymbol, valueSymbol);
  }

  /** Ids of all pairs with this label name. */
  pairsOf(name: string): Uint32Array {
    const symbol = this.#symbols.find(name);
    return symbol === 0 ? new Uint32Array(0) : this.#pairsOfName.view(symbol);
  }

  /** Ids of the series' pairs in label order; valid until the next `ensure`. */
  pairIds(ref: number): Uint32Array {
    const address = this.#addresses[ref] as number;
    const words = this.#heap.words;
    return words.subarray(address + 1, address + 1 + (words[address] as number));
  }

  nameSymbol(pair: number): number {
    return this.#pairNames[pair] as number;
  }

  valueSymbol(pair: number): number {
    return this.#pairValues[pair] as number;
  }

  symbolText(symbol: number): string {
    return this.#symbols.text(symbol);
  }

  nameOf(pair: number): string {
    return this.#symbols.text(this.#pairNames[pair] as number);
  }

  valueOf(pair: number): string {
    return this.#symbols.text(this.#pairValues[pair] as number);
  }

  /** Series with the pair, in rising order, dropped ones included until they are swept. */
  seriesOf(pair: number): Uint32Array {
    return this.#seriesOfPair.view(pair);
  }

  seriesCountOf(pair: number): number {
    return this.#seriesOfPair.count(pair);
  }

  /** Without dropped ones: looks at each. */
  liveSeriesCountOf(pair: number): number {
    let count = 0;
    for (const ref of this.#seriesOfPair.view(pair)) count += this.#live[ref] as number;
    return count;
  }

  /** The series' pair with this label name, or 0. */
  pairOf(ref: number, nameSymbol: number): number {
    const words = this.#heap.words;
    const address = this.#addresses[ref] as number;
    const end = address + (words[address] as number);
    for (let at = address + 1; at <= end; at++) {
      const pair = words[at] as number;
      if (this.#pairNames[pair] === nameSymbol) return pair;
    }
    return 0;
  }

  /** The label name's symbol for `pairOf`, or 0 where no series has it. */
  symbolOf(name: string): number {
    return this.#symbols.find(name);
  }

  drop(ref: SeriesRef): void {
    this.#seriesTable.remove(ref);
    this.#live[ref] = 0;
  }

  /**
   * Takes forgotten series out of the lists of the pairs from `fromPair` up to `toPair`; a whole
   * sweep goes from 0 to `pairEnd` in slices and ends with `finishSweep`.
   */
  sweepPairs(fromPair: number, toPair: number): void {
    const end = Math.min(toPair, this.#pairEnd);
    for (let pair = Math.max(1, fromPair); pair < end; pair++) {
      if (this.#pairNames[pair] === 0) continue;
      if (this.#seriesOfPair.retain(pair, (ref) => this.#addresses[ref] !== 0) > 0) continue;
      this.#pairTable.remove(pair);
      this.#sweptPairs.push(pair);
    }
  }

  /** Frees the pairs that the sweep left without series: each name's list is filtered once. */
  finishSweep(): void {
    const names = new Set<number>();
    for (const pair of this.#sweptPairs) names.add(this.#pairNames[pair] as number);
    const swept = new Set(this.#sweptPairs);
    for (const name of names) this.#pairsOfName.retain(name, (pair) => !swept.has(pair));
    for (const pair of this.#sweptPairs) {
      this.#symbols.release(this.#pairValues[pair] as number);
      this.#symbols.release(this.#pairNames[pair] as number);
      this.#pairNames[pair] = 0;
      this.#pairValues[pair] = 0;
      this.#freePairs.push(pair);
    }
    this.#sweptPairs = [];
    this.#sweeps += 1;
  }

  /** Frees a dropped series' labels. Its pairs go with the next sweep. */
  forget(ref: SeriesRef): void {
    const address = this.#addresses[ref] as number;
    if (address === 0) return;
    this.#addresses[ref] = 0;
    this.#heap.free(address, (this.#heap.words[address] as number) + 1);
  }

  #comparePairs(a: number, b: number): number {
    const aName = this.#pairNames[a] as number;
    const bName = this.#pairNames[b] as number;
    if (aName !== bName) return compareUtf8(this.#symbols.text(aName), this.#symbols.text(bName));
    return compareUtf8(
      this.#symbols.text(this.#pairValues[a] as number),
      this.#symbols.text(this.#pairValues[b] as number),
    );
  }

  #scratchFor(count: number): Uint32Array {
    if (count > this.#pairScratch.length) this.#pairScratch = new Uint32Array(count * 2);
    return this.#pairScratch;
  }

  #findSymbolPair(name: number, value: number): number {
    return this.#pairTable.find(
      hashPair(name, value),
      (pair) => this.#pairNames[pair] === name && this.#pairValues[pair] === value,
    );
  }

  /** The pair's id, made if absent; a series must follow that has it. */
  internPair(nameText: string, valueText: string): number {
    const name = this.#symbols.intern(nameText);
    const value = this.#symbols.intern(valueText);
    const known = this.#findSymbolPair(name, value);
    if (known !== 0) return known;
    const pair = this.#freePairs.pop() ?? this.#pairEnd++;
    this.#pairNames = grownUint32(this.#pairNames, pair + 1);
    this.#pairValues = grownUint32(this.#pairValues, pair + 1);
    this.#pairNames[pair] = name;
    this.#pairValues[pair] = value;
    this.#symbols.retain(name);
    this.#symbols.retain(value);
    this.#pairTable.insert(pair);
    this.#pairsOfName.append(name, pair);
    return pair;
  }

  #findPairs(pairs: Uint32Array, count: number): SeriesRef | 0 {
    const words = this.#heap.words;
    const found = this.#seriesTable.find(hashPairs(pairs, 0, count), (ref) => {
      const address = this.#addresses[ref] as number;
      if (words[address] !== count) return false;
      for (let i = 0; i < count; i++) {
        if (words[address + 1 + i] !== pairs[i]) return false;
      }
      return true;
    });
    return found as SeriesRef | 0;
  }

  #add(pairs: Uint32Array, count: number): SeriesRef {
    const ref = this.#refEnd;
    this.#refEnd += 1;
    const address = this.#heap.allocate(count + 1);
    this.#heap.words[address] = count;
    this.#heap.words.set(pairs.subarray(0, count), address + 1);
    this.#addresses = grownUint32(this.#addresses, ref + 1);
    this.#live = grownUint8(this.#live, ref + 1);
    this.#addresses[ref] = address;
    this.#live[ref] = 1;
    this.#seriesTable.insert(ref);
    for (let i = 0; i < count; i++) this.#seriesOfPair.append(pairs[i] as number, ref);
    return ref as SeriesRef;
  }
}

function hashPair(name: number, value: number): number {
  return mixed(Math.imul(name, 0x9e3779b1) ^ value);
}

function hashPairs(words: Uint32Array, from: number, count: number): number {
  let hash = count;
  for (let i = 0; i < count; i++) {
    hash = Math.imul(hash ^ (words[from + i] as number), 0x01000193);
    hash = (hash << 13) | (hash >>> 19);
  }
  return mixed(hash);
}
