/** Both ends belong to the range; milliseconds since 1970 UTC. */
export interface TimeRange {
  readonly minMs: number;
  readonly maxMs: number;
}
