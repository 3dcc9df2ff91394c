import { RETRY_FIRST_MS, RETRY_LAST_MS } from "./limits.ts";

const JITTER = 0.2;

/**
 * How long to wait after the n-th failure in a row: doubling, never longer than a minute or `ttl`, not
 * shorter than the server asks for, and not the same for all gateways whose server is back.
 */
export function retryDelayMs(
  failures: number,
  ttlMs: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const first = Math.min(RETRY_FIRST_MS, ttlMs);
  const last = Math.max(RETRY_LAST_MS, ttlMs);
  const doubled = Math.min(first * 2 ** (failures - 1), last);
  return Math.max(doubled * (1 - JITTER * random()), retryAfterMs ?? 0);
}
