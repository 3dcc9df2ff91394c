/** Most buckets of one side, and most custom bounds, of a native histogram [`histogram_invalid`]. */
export const HISTOGRAM_BUCKETS_MAX = 65_536;
