/** The longest text of a selector, in UTF-16 units. */
export const SELECTOR_TEXT_CHARS_MAX: number = 64 * 1024;

/** Most matchers in one selector. */
export const SELECTOR_MATCHERS_MAX: number = 100;

/** The longest regular expression in a matcher, in UTF-16 units. */
export const REGEX_CHARS_MAX: number = 16 * 1024;
