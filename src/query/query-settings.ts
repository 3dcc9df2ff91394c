/** How queries are evaluated; the same for all of them. Plain data, because it crosses into threads. */
export interface QuerySettings {
  /** How far an instant selector looks back for a sample. */
  readonly lookbackMs: number;
  /** Samples that one query may hold in memory. */
  readonly samplesMax: number;
  /** Memory that one query may take for its columns. */
  readonly memoryBytesMax: number;
  /** Series that one selector of a query may mean. */
  readonly seriesMax: number;
  /** How long a result may be, estimated as JSON. */
  readonly resultBytesMax: number;
  /** Parts of the language that are off by default, by Prometheus' names of their flags. */
  readonly features: readonly QueryFeature[];
}

export type QueryFeature =
  | "promql-experimental-functions"
  | "promql-delayed-name-removal"
  | "promql-extended-range-selectors"
  | "promql-binop-fill-modifiers";
