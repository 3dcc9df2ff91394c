/** The longest text of a selector, in UTF-16 units. */
export const SELECTOR_TEXT_CHARS_MAX: number = 64 * 1024;

/** The longest text of a query, in UTF-16 units. */
export const QUERY_TEXT_CHARS_MAX: number = 1024 * 1024;

/** Most levels of a query's tree: parser, checker and evaluator walk it by recursion. */
export const QUERY_DEPTH_MAX = 600;

/** Most matchers in one selector. */
export const SELECTOR_MATCHERS_MAX = 100;

/** The longest regular expression in a matcher, in UTF-16 units. */
export const REGEX_CHARS_MAX: number = 16 * 1024;
