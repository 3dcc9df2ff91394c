import { apiLimits } from "../limits.ts";

/**
 * How long a scrape may take: Prometheus says in `X-Prometheus-Scrape-Timeout-Seconds` when it
 * will stop listening, and an answer after that costs both sides and helps neither. A part of the
 * time is left for the body to travel.
 */
export function scrapeDeadlineMs(header: string | null): number {
  if (header === null || !/^\d{1,9}(?:\.\d{1,9})?$/.test(header)) return apiLimits.scrapeTimeoutMs;
  const announcedMs = Number(header) * 1000 * (1 - apiLimits.scrapeTimeoutReserve);
  return announcedMs === 0
    ? apiLimits.scrapeTimeoutMs
    : Math.min(announcedMs, apiLimits.scrapeTimeoutMs);
}
