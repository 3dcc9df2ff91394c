import { setImmediate } from "node:timers/promises";

/** Work between two turns of the event loop: long enough to get on, too short for anyone to notice. */
const TURN_MS = 10;

/** Long synchronous work asks `due()` now and then, and awaits `pass()` when it is. */
export class EventLoopTurns {
  readonly #signal: AbortSignal | null;
  #since = performance.now();

  /** Aborted before the work or during a turn, the signal ends it. */
  constructor(signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.#signal = signal ?? null;
  }

  due(): boolean {
    return performance.now() - this.#since >= TURN_MS;
  }

  async pass(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}

/** Long work that stops for a moment at each `yield`. */
export type Steps<Result> = Generator<void, Result>;

/** Runs the work to its end, with turns for the event loop in between. */
export async function inTurns<Result>(
  steps: Steps<Result>,
  turns: EventLoopTurns,
): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turns.due()) await turns.pass();
  }
}
