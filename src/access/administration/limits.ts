const DAY_MS = 24 * 60 * 60 * 1000;

/** Most tenants of an installation. */
export const TENANTS_MAX = 100_000;

/** Most clients of one tenant, and most of the operator, that are not revoked. */
export const CLIENTS_MAX = 10_000;

/** The longest name of a client, in characters. */
export const CLIENT_NAME_CHARS_MAX = 128;

/** How long a rotated secret is accepted where nothing else is said. */
export const OVERLAP_DEFAULT_MS = DAY_MS;

/** The longest overlap: beyond it an old secret is forgotten rather than rotated. */
export const OVERLAP_MAX_MS = 30 * DAY_MS;

/** Versions kept of each tenant's entitlement. */
export const ENTITLEMENT_VERSIONS_MAX = 50;

/** Entries of the audit log; the oldest go first. */
export const AUDIT_ENTRIES_MAX = 100_000;

/** How long entries of the audit log are kept. */
export const AUDIT_AGE_MAX_MS = 400 * DAY_MS;
