import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#lib/clock";
import {
  compileMatcher,
  type Matcher,
  type Queryable,
  type SelectedSeries,
  type SeriesSelection,
  type TimeRange,
} from "#model";
import { mergeInWorker } from "../compact/merge-in-worker.ts";
import { planCompaction, usableRangesMs } from "../compact/plan-compaction.ts";
import { expiredBlocks } from "../retention/expired-blocks.ts";
import { SteadyClock } from "../retention/steady-clock.ts";
import type { BlockIndex, CompiledMatcher } from "./block-index.ts";
import { BlockCorruptError } from "./block-corrupt-error.ts";
import {
  type BlockInfo,
  type BlockMeta,
  blockFileName,
  blockIdOf,
  newBlockId,
} from "./block-meta.ts";
import type { BlockEvent, BlockObserver } from "./block-observer.ts";
import { BlockReader } from "./block-reader.ts";
import type { BlockSetOptions } from "./block-set-options.ts";
import { EventLoopTurns } from "./event-loop-turns.ts";
import { BlockCursor, mergeCursors } from "./merged-series.ts";
import type { SeriesIds } from "./series-sets.ts";
import { removeUnfinished } from "./unfinished-files.ts";

export interface OpenBlockSet {
  /** Where the block files lie; made if absent. Damaged ones go to `quarantine` beside it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly options: BlockSetOptions;
  readonly observer: BlockObserver;
}

/** Opens all blocks of a folder. Cost per block: one file handle and a page of metadata. */
export async function openBlockSet(settings: OpenBlockSet): Promise<BlockSet> {
  mkdirSync(settings.folder, { recursive: true });
  removeUnfinished(settings.folder);
  const set = new BlockSet(settings);
  await set.rescan();
  return set;
}

/** After a merge that failed (a full disk): it would most likely fail again at once. */
const COMPACTION_RETRY_MS = 5 * 60_000;

/** An open block, and how many queries are reading it; closed when it is retired and the last is done. */
interface OpenBlock {
  readonly reader: BlockReader;
  readers: number;
  retired: boolean;
}

/**
 * The immutable half of the store: all blocks of a folder as one `Queryable`. Where blocks overlap, each
 * sample appears once, and of two that differ the one of the block written later counts.
 */
export class BlockSet implements Queryable {
  readonly #settings: OpenBlockSet;
  readonly #open = new Map<string, OpenBlock>();
  readonly #steadyClock: SteadyClock;
  readonly #closing = new AbortController();
  #maintenance: Promise<void> | null = null;
  #compactNotBeforeMs = -Infinity;

  constructor(settings: OpenBlockSet) {
    this.#settings = settings;
    this.#steadyClock = new SteadyClock(settings.clock);
  }

  /** Oldest first. */
  blocks(): readonly BlockInfo[] {
    return Array.from(this.#open.values(), ({ reader }) => reader.info).toSorted(
      (a, b) => a.minMs - b.minMs || a.maxMs - b.maxMs || (a.id < b.id ? -1 : 1),
    );
  }

  /** Takes in a block that `writeBlock` has just written into the folder. */
  add(meta: BlockMeta): void {
    this.#load(blockFileName(meta));
  }

  /** Takes in what other processes wrote (an import), and lets go of what was removed. */
  async rescan(): Promise<void> {
    const names = new Set(readdirSync(this.#settings.folder).filter((n) => blockIdOf(n) !== null));
    for (const [fileName, block] of this.#open) {
      if (!names.has(fileName)) this.#retire(fileName, block);
    }
    for (const fileName of names) this.#load(fileName);
    await this.#finishReplacements();
  }

  #load(fileName: string): void {
    if (this.#open.has(fileName)) return;
    try {
      const reader = new BlockReader(this.#settings.folder, fileName, (error) =>
        this.#quarantine(error),
      );
      this.#open.set(fileName, { reader, readers: 0, retired: false });
      this.#tell({ kind: "block_added", block: reader.info });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // Set aside already, or deleted between listing and opening.
      if (code !== "block_corrupt" && code !== "ENOENT") throw error;
    }
  }

  /**
   * A merge that was killed between writing the child and deleting the parents is finished here: the
   * parents go, once the child has been read from end to end. Until then they are queried together,
   * which gives the same samples.
   */
  async #finishReplacements(): Promise<void> {
    const turns = new EventLoopTurns();
    for (const block of Array.from(this.#open.values())) {
      const { reader } = block;
      const parents = this.blocks().filter(({ id }) => reader.info.parents.includes(id));
      if (parents.length === 0 || block.retired) continue;
      block.readers++;
      try {
        for (const _ of reader.verify()) if (turns.due()) await turns.pass();
        for (const parent of parents) this.delete(parent, "replaced");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "block_corrupt") throw error;
      } finally {
        this.#release(block);
      }
    }
  }

  select(
    matchers: readonly Matcher[],
    range: TimeRange,
    until?: DisposableStack,
  ): AsyncGenerator<SelectedSeries> {
    return this.selectAny({ selectors: [matchers], range }, until);
  }

  /** The same for several selectors at once. */
  async *selectAny(
    { selectors, range }: SeriesSelection,
    until?: DisposableStack,
  ): AsyncGenerator<SelectedSeries> {
    const compiled = selectors.map(compileMatchers);
    using own = new DisposableStack();
    const blocks = this.#acquire(range, until ?? own);
    const turns = new EventLoopTurns();
    const cursors: BlockCursor[] = [];
    for (const reader of blocks) {
      cursors.push(new BlockCursor(reader, await reader.select(compiled, turns)));
    }
    yield* mergeCursors(cursors, range);
  }

  /** Goes through the blocks of the range, with the series selected in each: null for all. */
  async visit(
    { selectors, range, signal }: SeriesSelection,
    work: (index: BlockIndex, ids: SeriesIds | null) => Promise<void>,
  ): Promise<void> {
    const turns = new EventLoopTurns(signal);
    const compiled = selectors.map(compileMatchers);
    const meansAll = selectors.some((matchers) => matchers.length === 0);
    using held = new DisposableStack();
    for (const reader of this.#acquire(range, held)) {
      const ids = meansAll ? null : await reader.select(compiled, turns);
      await reader.onIndex((index) => work(index, ids));
    }
  }

  /** The blocks of the range stay open until the stack is disposed. */
  #acquire({ minMs, maxMs }: TimeRange, until: DisposableStack): BlockReader[] {
    const blocks = Array.from(this.#open.values()).filter(
      ({ reader: { info } }) => info.minMs <= maxMs && info.maxMs >= minMs,
    );
    for (const block of blocks) {
      until.defer(() => this.#release(block));
      block.readers++;
    }
    return blocks.map(({ reader }) => reader);
  }

  #release(block: OpenBlock): void {
    block.readers--;
    if (block.retired && block.readers === 0) block.reader.close();
  }

  /** Removes the file; queries that read it go on to their end. */
  delete(block: BlockInfo, because: "retention_time" | "retention_size" | "replaced"): void {
    rmSync(join(this.#settings.folder, block.fileName), { force: true });
    const open = this.#open.get(block.fileName);
    if (open !== undefined) this.#retire(block.fileName, open);
    this.#tell({ kind: "block_deleted", block, because });
  }

  #retire(fileName: string, block: OpenBlock): void {
    this.#open.delete(fileName);
    block.retired = true;
    if (block.readers === 0) block.reader.close();
  }

  /** Moves a damaged file out of the way, so that it is met once and kept for whoever mends it. */
  #quarantine(error: BlockCorruptError): void {
    const { fileName } = error;
    const quarantine = join(this.#settings.folder, "..", "quarantine");
    mkdirSync(quarantine, { recursive: true });
    const open = this.#open.get(fileName);
    try {
      renameSync(join(this.#settings.folder, fileName), join(quarantine, fileName));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
      throw cause;
    }
    // Whoever found the damage may still hold the reader: retired now, closed by the last of them.
    if (open !== undefined) {
      open.readers++;
      this.#retire(fileName, open);
      queueMicrotask(() => this.#release(open));
    }
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    this.#tell({ kind: "block_quarantined", fileName, code: "block_corrupt", reason });
  }

  #tell(event: BlockEvent): void {
    this.#settings.observer(event);
  }

  /**
   * Looks at the folder anew, deletes what retention no longer keeps, and merges small blocks until
   * nothing is left to do.
   * Called again while it runs, it returns the run under way.
   */
  maintain(): Promise<void> {
    this.#maintenance ??= this.#maintain().finally(() => (this.#maintenance = null));
    return this.#maintenance;
  }

  async #maintain(): Promise<void> {
    await this.rescan();
    this.#applyRetention();
    const { compactionRangesMs, retentionMs } = this.#settings.options;
    const rangesMs = usableRangesMs(compactionRangesMs, retentionMs);
    if (this.#settings.clock.monotonicMs() < this.#compactNotBeforeMs) return;
    for (;;) {
      const parents = planCompaction(this.blocks(), rangesMs);
      if (parents === null || this.#closing.signal.aborted) return;
      if (!(await this.#compact(parents))) return;
      this.#applyRetention();
    }
  }

  #applyRetention(): void {
    const { clock, options } = this.#settings;
    const jumpMs = this.#steadyClock.observe();
    if (jumpMs !== 0) this.#tell({ kind: "clock_unsteady", jumpMs });
    const blocks = this.blocks();
    const newestMs = blocks.reduce((newest, { maxMs }) => Math.max(newest, maxMs), -Infinity);
    const steady = this.#steadyClock.steadyForMs() >= options.clockSteadyMs;
    const cutoffMs =
      options.retentionMs === null || !steady
        ? null
        : Math.min(clock.nowMs(), newestMs) - options.retentionMs;
    const limits = { cutoffMs, bytesMax: options.retentionBytes };
    for (const { block, because } of expiredBlocks(blocks, limits)) this.delete(block, because);
  }

  /** True if the blocks have been replaced by one, or there is another reason to plan again. */
  async #compact(parents: readonly BlockInfo[]): Promise<boolean> {
    const startMs = this.#settings.clock.monotonicMs();
    const { folder } = this.#settings;
    const fileNames = parents.map(({ fileName }) => fileName);
    const id = newBlockId(Math.max(...parents.map(({ rank }) => rank)));
    const reply = await mergeInWorker({ folder, fileNames, id }, this.#closing.signal);
    if (this.#closing.signal.aborted) return false;
    if (reply.kind === "corrupt") {
      this.#quarantine(new BlockCorruptError(reply.fileName, new RangeError(reply.reason)));
      return true;
    }
    if (reply.kind === "failed" || reply.child === null) {
      const message = reply.kind === "failed" ? reply.message : "nothing was left to write";
      this.#tell({ kind: "compaction_failed", message });
      this.#compactNotBeforeMs = this.#settings.clock.monotonicMs() + COMPACTION_RETRY_MS;
      return false;
    }
    this.add(reply.child);
    const child = this.#open.get(blockFileName(reply.child))?.reader.info;
    if (child === undefined) return false;
    for (const parent of parents) this.delete(parent, "replaced");
    const durationMs = this.#settings.clock.monotonicMs() - startMs;
    this.#tell({ kind: "blocks_compacted", parents, child, durationMs });
    return true;
  }

  /** Stops a merge under way and closes the files. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#maintenance;
    for (const [fileName, block] of this.#open) this.#retire(fileName, block);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function compileMatchers(matchers: readonly Matcher[]): CompiledMatcher[] {
  return matchers.map((matcher) => ({ ...matcher, test: compileMatcher(matcher) }));
}
