/** Most points that one item (`1+1x1000000`) or one line may stand for. */
export const SERIES_ITEMS_MAX = 1_000_000;
