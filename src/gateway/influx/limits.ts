/** Requests to the server: write and ping. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** What is kept of an answer that explains a failure. */
export const ERROR_TEXT_BYTES_MAX = 4096;

/** Unsent batches together; beyond it the oldest one is dropped, whatever `buffer_size` says. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** The first pause after a failed write, doubled by each further one. */
export const RETRY_FIRST_MS = 1000;

/** The longest pause between two attempts, where `ttl` is not longer. */
export const RETRY_LAST_MS = 60_000;
