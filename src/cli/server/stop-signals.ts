import type { Logger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";

/** Exit code of a process that was stopped by SIGINT, as shells count: 128 + 2. */
const FORCED_EXIT_CODE = 130;

/** npm passes on the signal that the terminal has sent to both: that is one request, not two. */
const SAME_REQUEST_MS = 500;

/** The first SIGINT or SIGTERM asks for an orderly end; a second one does not wait for it. */
export function untilAskedToStop(log: Logger): Disposable & { readonly asked: Promise<string> } {
  const asked = Promise.withResolvers<string>();
  let firstMs: number | null = null;
  const onSignal = (signal: string): void => {
    const nowMs = systemClock.monotonicMs();
    if (firstMs !== null) {
      if (nowMs - firstMs < SAME_REQUEST_MS) return;
      log.warn({ signal }, "stopping at once");
      process.kill(process.pid, "SIGKILL");
    }
    firstMs = nowMs;
    process.exitCode = signal === "SIGINT" ? FORCED_EXIT_CODE : 0;
    asked.resolve(signal);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    asked: asked.promise,
    [Symbol.dispose]() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
