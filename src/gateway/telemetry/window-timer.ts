/** The longest delay that Node's timers take; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Ends a window every `intervalMs`, the first one after a whole interval. */
export function endWindows(intervalMs: number, onEnd: () => void): Disposable {
  const timer = setInterval(onEnd, Math.min(intervalMs, TIMER_MS_MAX));
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
