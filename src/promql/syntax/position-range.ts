/** Where a piece of a query's text lies: UTF-16 offsets, `end` exclusive. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}
