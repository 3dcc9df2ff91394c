/** A signal that ends with its parent, after its own time, or when it is told to. */
export interface ChildSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(): void;
}

/** Dispose it as soon as nobody listens any more. */
export function childSignal(parent: AbortSignal, timeoutMs: number): ChildSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  if (parent.aborted) abort();
  else parent.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    abort,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent.removeEventListener("abort", abort);
    },
  };
}
