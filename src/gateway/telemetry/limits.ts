/** Values that a histogram of the gateway keeps of one window; a longer stream is sampled. */
export const RESERVOIR_VALUES_MAX = 1028;

/** Series of one family of the gateway's own metrics; names past it are counted as `other`. */
export const GATEWAY_SERIES_MAX = 20_000;
