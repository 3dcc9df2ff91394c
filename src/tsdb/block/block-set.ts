import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#lib/clock";
import {
  compileMatcher,
  type Matcher,
  type Queryable,
  type SelectedSeries,
  type TimeRange,
} from "#model";
import type { BlockCorruptError } from "./block-corrupt-error.ts";
import { type BlockInfo, type BlockMeta, blockFileName, blockIdOf } from "./block-meta.ts";
import type { BlockEvent, BlockObserver } from "./block-observer.ts";
import { BlockReader } from "./block-reader.ts";
import type { BlockSetOptions } from "./block-set-options.ts";
import { EventLoopTurns } from "./event-loop-turns.ts";
import { BlockCursor, mergeCursors } from "./merged-series.ts";
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

  constructor(settings: OpenBlockSet) {
    this.#settings = settings;
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
    for (const { reader } of Array.from(this.#open.values())) {
      const parents = this.blocks().filter(({ id }) => reader.info.parents.includes(id));
      if (parents.length === 0) continue;
      try {
        for (const _ of reader.verify()) if (turns.due()) await turns.pass();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "block_corrupt") throw error;
        continue;
      }
      for (const parent of parents) this.delete(parent, "replaced");
    }
  }

  async *select(matchers: readonly Matcher[], range: TimeRange): AsyncGenerator<SelectedSeries> {
    const compiled = matchers.map((matcher) => ({ ...matcher, test: compileMatcher(matcher) }));
    const blocks = this.#acquire(range);
    try {
      const cursors = blocks.map(({ reader }) => new BlockCursor(reader, reader.select(compiled)));
      yield* mergeCursors(cursors, range);
    } finally {
      for (const block of blocks) this.#release(block);
    }
  }

  #acquire({ minMs, maxMs }: TimeRange): OpenBlock[] {
    const blocks = Array.from(this.#open.values()).filter(
      ({ reader: { info } }) => info.minMs <= maxMs && info.maxMs >= minMs,
    );
    for (const block of blocks) block.readers++;
    return blocks;
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

  close(): void {
    for (const [fileName, block] of this.#open) this.#retire(fileName, block);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
