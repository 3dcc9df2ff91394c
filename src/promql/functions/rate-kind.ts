/** What sets rate, increase and delta apart; the rest of their arithmetic is the same. */
export interface RateKind {
  /** Drops count as resets to zero. */
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}
