import type { BucketShape } from "../authentication/token-buckets.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The longest life of an access token: retired signing keys are kept for as long. */
export const ACCESS_TOKEN_LIFETIME_MAX_MS = DAY_MS;

/** How long a signing key is published before it signs, at most; a quarter of its time if that is less. */
export const SIGNING_KEY_NOTICE_MAX_MS = DAY_MS;

/** Requests of one client to the token endpoints: far above what a cache that works asks for. */
export const TOKEN_REQUESTS_PER_CLIENT: BucketShape = { perSecond: 5, burst: 100 };

/** Clients whose rate of token requests is remembered at once. */
export const TOKEN_REQUEST_KEYS_MAX = 10_000;

/** How far an identity provider's clock may be from ours. */
export const PROVIDER_CLOCK_SKEW_MAX_MS = 30_000;

/** The longest key set that an identity provider may send. */
export const KEY_SET_BYTES_MAX = 256 * 1024;

/** How long an identity provider may take to send its key set. */
export const KEY_SET_TIMEOUT_MS = 5_000;

/** A key set that is older is asked for again. */
export const KEY_SET_AGE_MAX_MS = 10 * MINUTE_MS;

/** The least time between two requests for one key set, whatever tokens say and whatever fails. */
export const KEY_SET_COOLDOWN_MS = 10_000;

/** How long the last key set is believed while its issuer does not answer. */
export const KEY_SET_STALE_MAX_MS = 60 * MINUTE_MS;
