import type { GatewayTelemetry } from "./gateway-telemetry.ts";
import type { WindowSnapshot } from "./window-snapshot.ts";

/** The longest delay that Node's timers take; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Ends a window every `intervalMs`, the first one after a whole interval. */
export function collectEvery(
  telemetry: GatewayTelemetry,
  intervalMs: number,
  onSnapshot: (snapshot: WindowSnapshot) => void,
): Disposable {
  const timer = setInterval(
    () => onSnapshot(telemetry.collect()),
    Math.min(Math.max(intervalMs, 1), TIMER_MS_MAX),
  );
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
