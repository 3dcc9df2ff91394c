/** Most selectors in one entitlement. */
export const ENTITLEMENT_SELECTORS_MAX = 1000;

/** Most labels that one entitlement drops, and most that it renames. */
export const ENTITLEMENT_LABELS_MAX = 100;

/** The longest name of a label in an entitlement, in UTF-8 bytes. */
export const LABEL_NAME_BYTES_MAX = 1024;

/** All of an entitlement's text together, in UTF-8 bytes. */
export const ENTITLEMENT_TEXT_BYTES_MAX = 256 * 1024;

/** The shortest maximum age, in milliseconds: below it a scrape would miss most samples. */
export const MAX_AGE_MIN_MS = 1000;
