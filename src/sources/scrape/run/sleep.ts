/** Waits; ends early, without an error, when the signal fires. */
export type Sleep = (durationMs: number, signal: AbortSignal) => Promise<void>;

/** setTimeout takes no more (2^31 − 1 ms, about 25 days); beyond that it would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const timerSleep: Sleep = async (durationMs, signal) => {
  let restMs = durationMs;
  while (restMs > 0 && !signal.aborted) {
    const partMs = Math.min(restMs, TIMER_MAX_MS);
    await sleepOnce(partMs, signal);
    restMs -= partMs;
  }
};

async function sleepOnce(durationMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, durationMs);
  const abort = (): void => resolve();
  signal.addEventListener("abort", abort, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", abort);
}
