const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long usage and refusals may wait in memory before they are written. */
export const RECORD_DELAY_MAX_MS = MINUTE_MS;

/** How long a principal's usage of a day is kept. */
export const USAGE_AGE_MAX_MS = 400 * DAY_MS;

/** How long refusals are kept. */
export const REFUSAL_AGE_MAX_MS = 90 * DAY_MS;

/** Kinds of refusals told apart in one minute; what comes above is counted without who and whence. */
export const REFUSAL_KINDS_PER_MINUTE_MAX = 1_000;

/** Rows of refusals that are kept; the oldest go first. */
export const REFUSALS_MAX = 100_000;

/** The longest id that a refused request may claim, in characters; the rest is not kept. */
export const CLAIMED_ID_CHARS_MAX = 64;
