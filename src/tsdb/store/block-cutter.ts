import { SampleColumns } from "#model";
import type { BlockSet } from "../block/block-set.ts";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import { type BlockSeries, writeBlock } from "../block/write-block.ts";
import type { Head } from "../head/head.ts";
import type { HeadRange } from "../head/head-range.ts";
import { readRanges } from "../head/range-set.ts";
import type { GroupCommit } from "../wal/group-commit.ts";
import type { CutMark, HeadDatabase } from "../wal/head-database.ts";
import { sortInSlices } from "./sorted-in-slices.ts";
import type { StoreObserver } from "./store-events.ts";

/**
 * Turns the head's past ranges into a block, in slices, while appends and queries go on.
 *
 *   1. commit what is queued; all rows up to here are in ranges that are sealed now
 *   2. write the block and publish it (atomic rename)
 *   3. in one transaction: note which ranges the block covers up to which row, delete rows that are
 *      not needed any more
 *   4. drop the ranges from memory, then series of which nothing is left
 *
 * Killed before 2: nothing has happened. Killed between 2 and 3: the samples are in the block and in
 * the log, equal, and count once; the next cut writes them again and compaction joins the two.
 * After 3 a replay skips what the block has. A sample that comes late for a sealed range lies in a
 * later row and in a fresh range: no note covers it.
 */
const DEFINITIONS_PER_RECORD = 10_000;
const REFS_PER_SLICE = 10_000;
const PAIRS_PER_SLICE = 10_000;

export interface BlockCutterDeps {
  readonly head: Head;
  readonly database: HeadDatabase;
  readonly commit: GroupCommit;
  readonly blocks: BlockSet;
  readonly folder: string;
  readonly observer: StoreObserver;
}

export class BlockCutter {
  readonly #deps: BlockCutterDeps;
  /** Of blocks that are published while the log could not be written. */
  #unrecorded: readonly CutMark[] = [];
  /** Series made since the last cut may wait for their first sample. */
  #settledEnd = 1;
  #droppedSinceRewrite = 0;

  constructor(deps: BlockCutterDeps) {
    this.#deps = deps;
  }

  /** Cuts the ranges that ended at or before that time; false where there was nothing to cut. */
  async cut(endedByMs: number): Promise<boolean> {
    const { head, commit, blocks, folder, observer } = this.#deps;
    const ranges = head.ranges.endedBy(endedByMs);
    if (ranges.length === 0) return false;
    commit.flush();
    // What could not be written may not be published either: it was never acknowledged.
    if (commit.failure !== null) return false;
    const startMs = performance.now();
    const seq = commit.seq - 1;
    head.ranges.seal(ranges);
    const series = await this.#sortedSeries(ranges);
    const block = await writeBlock(folder, this.#read(series, ranges), { source: "head" });
    if (block !== null) blocks.add(block);
    head.ranges.drop(ranges);
    this.#record(ranges, seq);
    const seriesDropped = await this.#dropIdleSeries();
    observer({ kind: "block_cut", block, seriesDropped, durationMs: performance.now() - startMs });
    return true;
  }

  async #sortedSeries(ranges: readonly HeadRange[]): Promise<Uint32Array> {
    const { head } = this.#deps;
    const turns = new EventLoopTurns();
    const refs = new Uint32Array(head.refEnd);
    let length = 0;
    for (let ref = 1; ref < refs.length; ref++) {
      if (ranges.some((range) => range.has(ref))) refs[length++] = ref;
      if (ref % REFS_PER_SLICE === 0 && turns.due()) await turns.pass();
    }
    return sortInSlices(refs.slice(0, length), (a, b) => head.index.compare(a, b));
  }

  *#read(refs: Uint32Array, ranges: readonly HeadRange[]): Generator<BlockSeries> {
    const { head } = this.#deps;
    const samples = new SampleColumns();
    for (const ref of refs) {
      samples.clear();
      readRanges(ranges, ref, { minMs: -Infinity, maxMs: Infinity }, samples);
      yield { labels: head.index.labels(ref), metadata: head.metadataAt(ref), samples };
    }
  }

  #record(ranges: readonly HeadRange[], seq: number): void {
    const marks = ranges.map(({ minMs, endMs }): CutMark => ({ minMs, endMs, seq }));
    this.#unrecorded = [...this.#unrecorded, ...marks];
    const needed = this.#deps.head.ranges.all().map((range) => range.firstSeq);
    this.#deps.database.recordCut(
      this.#unrecorded,
      Math.min(this.#deps.commit.seq, seq + 1, ...needed),
    );
    this.#unrecorded = [];
  }

  async #dropIdleSeries(): Promise<number> {
    const { head } = this.#deps;
    const turns = new EventLoopTurns();
    if (head.forgetDropped() > 0) {
      for (let pair = 0; pair < head.index.pairEnd; pair += PAIRS_PER_SLICE) {
        head.index.sweepPairs(pair, pair + PAIRS_PER_SLICE);
        if (turns.due()) await turns.pass();
      }
      head.index.finishSweep();
    }
    let dropped = 0;
    for (let ref = 1; ref < this.#settledEnd; ref += REFS_PER_SLICE) {
      dropped += head.dropIdle(ref, Math.min(ref + REFS_PER_SLICE, this.#settledEnd));
      if (turns.due()) await turns.pass();
    }
    this.#settledEnd = head.refEnd;
    this.#droppedSinceRewrite += dropped;
    if (this.#droppedSinceRewrite > head.index.count / 2) await this.#rewriteDefinitions();
    return dropped;
  }

  /** Forgets dropped series in the log too, once they are a third of it. */
  async #rewriteDefinitions(): Promise<void> {
    const { head, commit, database } = this.#deps;
    commit.flush();
    if (commit.failure !== null) return;
    const seq = commit.seq - 1;
    const end = head.refEnd;
    const turns = new EventLoopTurns();
    const payloads: Uint8Array[] = [];
    for (let from = 1; from < end; from += DEFINITIONS_PER_RECORD) {
      const record = head.definitionsOf(from, Math.min(end, from + DEFINITIONS_PER_RECORD));
      if (record !== null) payloads.push(record);
      if (turns.due()) await turns.pass();
    }
    database.replaceDefinitions(payloads, seq);
    this.#droppedSinceRewrite = 0;
  }
}
