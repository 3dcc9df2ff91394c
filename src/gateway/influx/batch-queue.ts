import type { Batch } from "./batch.ts";
import type { BatchFolder } from "./batch-folder.ts";
import { QUEUE_BYTES_MAX } from "./limits.ts";

export interface BatchQueueDeps {
  /** Null: batches live in memory alone. */
  readonly folder: BatchFolder | null;
  /** The folder could not be written to; the batch stays in memory. */
  readonly onFolderError: (error: unknown) => void;
}

/** Batches that the server does not have yet, oldest first. */
export class BatchQueue {
  readonly #deps: BatchQueueDeps;
  readonly #batches: Batch[];
  /** File operations one after the other: a batch is never removed before it was saved. */
  #filing: Promise<void> = Promise.resolve();

  constructor(deps: BatchQueueDeps, restored: readonly Batch[]) {
    this.#deps = deps;
    this.#batches = [...restored];
  }

  get length(): number {
    return this.#batches.length;
  }

  get points(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.points, 0);
  }

  get oldest(): Batch | null {
    return this.#batches[0] ?? null;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#file((folder) => folder.save(batch));
  }

  remove(batch: Batch): void {
    const index = this.#batches.indexOf(batch);
    if (index === -1) return;
    this.#batches.splice(index, 1);
    this.#file((folder) => folder.remove(batch));
  }

  /** Keeps the newest `batchesMax`, and no more bytes than the limit; gives those that had to go. */
  trim(batchesMax: number): readonly Batch[] {
    let kept = 0;
    let bytes = 0;
    for (const batch of this.#batches.toReversed()) {
      bytes += batch.bytes;
      if (kept === batchesMax || bytes > QUEUE_BYTES_MAX) break;
      kept += 1;
    }
    const dropped = this.#batches.slice(0, this.#batches.length - kept);
    for (const batch of dropped) this.remove(batch);
    return dropped;
  }

  /** Resolves when the folder holds what the queue holds. */
  settled(): Promise<void> {
    return this.#filing;
  }

  #file(operation: (folder: BatchFolder) => Promise<void>): void {
    const { folder, onFolderError } = this.#deps;
    if (folder === null) return;
    this.#filing = this.#filing.then(() => operation(folder)).catch(onFolderError);
  }
}
