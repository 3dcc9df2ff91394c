/** Limits of one listener. What is exceeded is counted in `gaugeway_http_limits_hit_total`. */
export interface HttpLimits {
  /** Request line and headers together; above it 431. */
  readonly headerBytesMax: number;
  /** Path and query; above it 414. */
  readonly urlBytesMax: number;
  /** Open connections; further ones are closed at once. */
  readonly connectionsMax: number;
  /** Requests being answered; further ones get 503 with Retry-After. */
  readonly requestsInFlightMax: number;
  /** Streams of one HTTP/2 connection at once. */
  readonly streamsPerConnectionMax: number;
  /** Until the last header byte has arrived (slow-loris); then 408. */
  readonly headersTimeoutMs: number;
  /** Until the whole request has arrived; then 408. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection stays open. */
  readonly keepAliveTimeoutMs: number;
  /** How long a client may take nothing of an answer that waits for it; then it is cut off. */
  readonly responseStallTimeoutMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  headerBytesMax: 16 * 1024,
  urlBytesMax: 8 * 1024,
  connectionsMax: 10_000,
  requestsInFlightMax: 1_000,
  streamsPerConnectionMax: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  // Longer than Prometheus' usual 15–60 s interval would keep a socket per scraper; it reconnects
  // cheaply, and 75 s covers the documents' 30 s interval.
  keepAliveTimeoutMs: 75_000,
  responseStallTimeoutMs: 30_000,
};
