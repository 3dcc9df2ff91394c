/** Values that a histogram of the gateway keeps of one window; a longer stream is sampled. */
export const RESERVOIR_VALUES_MAX = 1028;

/** The shortest `collection_time`; one below it counts as this. */
export const COLLECTION_MS_MIN = 100;

/** Series of one family of the gateway's own metrics; names past it are counted as `other`. */
export const GATEWAY_SERIES_MAX = 20_000;
