import { SnapshotRefusal } from "./snapshot-refusal.ts";

/**
 * Cuts long work into slices, so that appends, queries and other tenants' scrapes get their turn.
 * Ask `isDue` often; when it says so, `await pause()`.
 */
export class Pacer {
  readonly #sliceMs: number;
  readonly #signal: AbortSignal | undefined;
  #sliceEndMs: number;

  constructor(sliceMs: number, signal?: AbortSignal) {
    this.#sliceMs = sliceMs;
    this.#signal = signal;
    this.#sliceEndMs = performance.now() + sliceMs;
  }

  isDue(): boolean {
    return performance.now() >= this.#sliceEndMs;
  }

  /** Throws `canceled` where nobody waits for the work any more. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#signal?.aborted === true) {
      throw new SnapshotRefusal("canceled", "The request was canceled before its body was ready.");
    }
    this.#sliceEndMs = performance.now() + this.#sliceMs;
  }
}
