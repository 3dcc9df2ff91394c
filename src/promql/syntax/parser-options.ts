/** Parts of the language that Prometheus keeps behind feature flags; the flags' names in brackets. */
export interface ParserOptions {
  /** `promql-experimental-functions` */
  readonly experimentalFunctions: boolean;
  /** `promql-duration-expr`, on without a flag since 3.14 */
  readonly durationExpressions: boolean;
  /** `promql-extended-range-selectors` */
  readonly extendedRangeSelectors: boolean;
  /** `promql-binop-fill-modifiers` */
  readonly fillModifiers: boolean;
}

/** As Prometheus is without flags. */
export const DEFAULT_PARSER_OPTIONS: ParserOptions = {
  experimentalFunctions: false,
  durationExpressions: true,
  extendedRangeSelectors: false,
  fillModifiers: false,
};

/** Everything on. */
export const ALL_PARSER_OPTIONS: ParserOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};
