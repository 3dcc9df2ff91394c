/**
 * A signal that fires after a time or with another signal. Unlike `AbortSignal.any` with
 * `AbortSignal.timeout` it leaves nothing behind: thousands of scrapes hang on one long-lived signal.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #cancelled: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #onCancel: () => void;
  /** Whether it was the time that ended it. */
  isOver = false;

  constructor(timeoutMs: number, cancelled: AbortSignal) {
    this.#cancelled = cancelled;
    this.#onCancel = () => this.#controller.abort(cancelled.reason);
    this.#timer = setTimeout(() => {
      this.isOver = !this.#controller.signal.aborted;
      this.#controller.abort();
    }, timeoutMs);
    if (cancelled.aborted) this.#onCancel();
    else cancelled.addEventListener("abort", this.#onCancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#cancelled.removeEventListener("abort", this.#onCancel);
  }
}
