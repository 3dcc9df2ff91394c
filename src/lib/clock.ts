/** Time as an argument, so that no test has to mock it. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC; may jump. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
}
