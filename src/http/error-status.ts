/** What an error's code means to a client of ours. The only place where codes become statuses. */
export interface ErrorStatus {
  readonly status: number;
  /** Whether the error's own sentence may be shown; otherwise `text` stands in for it. */
  readonly exposed: boolean;
  readonly text: string;
  /** `error` of the OAuth shape, where a standard has a word for it (RFC 6749 §5.2, RFC 6750 §3.1). */
  readonly oauthError?: string;
  /** `errorType` of Prometheus' envelope, where the status alone does not give it. */
  readonly errorType?: string;
  /** Seconds after which another try makes sense. */
  readonly retryAfterSeconds?: number;
  /** The limit that was hit, where one was: a label of `gaugeway_http_limits_hit_total`. */
  readonly limit?: string;
}

function shown(status: number, text: string, more: Partial<ErrorStatus> = {}): ErrorStatus {
  return { status, text, exposed: true, ...more };
}

/** For errors whose own sentence speaks of the inside: files, disks, upstreams. */
function hidden(status: number, text: string, more: Partial<ErrorStatus> = {}): ErrorStatus {
  return { status, text, exposed: false, ...more };
}

const UNAVAILABLE = { oauthError: "temporarily_unavailable", retryAfterSeconds: 5 };

const INTERNAL = hidden(500, "something went wrong here; the log has the details", {
  oauthError: "server_error",
});

const table: ReadonlyMap<string, ErrorStatus> = new Map(
  Object.entries({
    invalid_request: shown(400, "the request is malformed"),
    bad_data: shown(400, "the request is malformed", { oauthError: "invalid_request" }),
    // One text for no, unknown and wrong credentials: nothing tells them apart.
    unauthorized: hidden(401, "invalid or missing credentials"),
    invalid_token: hidden(401, "invalid or missing credentials"),
    // Of the token endpoint (RFC 6749 §5.2, RFC 8707 §2): its sentences are written for the client.
    invalid_client: shown(401, "the client has not proved who it is"),
    unauthorized_client: shown(400, "the client may not do this"),
    unsupported_grant_type: shown(400, "the grant type is not supported"),
    invalid_scope: shown(400, "the scope cannot be given"),
    invalid_target: shown(400, "the resource is not here"),
    proxied_write: shown(403, "the datasource proxy lets no such request through"),
    insufficient_scope: shown(403, "the credential lacks the scope"),
    not_found: hidden(404, "there is nothing at this path"),
    datasource_not_found: shown(404, "there is no such datasource"),
    method_not_allowed: shown(405, "this path does not take the method"),
    not_acceptable: shown(406, "no format that the request takes can be given", {
      errorType: "not_acceptable",
    }),
    request_timeout: shown(408, "the request did not arrive in time", {
      oauthError: "invalid_request",
    }),
    // The entitlement is at odds with the data: the operator has to choose a merge rule. 409, so
    // that the bare status in a scraper's target list tells it from the limit below.
    label_collision: shown(409, "the entitlement makes two series equal"),
    body_too_large: shown(413, "the body is too large", {
      oauthError: "invalid_request",
      limit: "body_bytes_max",
    }),
    url_too_long: shown(414, "the URL is too long", {
      oauthError: "invalid_request",
      limit: "url_bytes_max",
    }),
    headers_too_large: shown(431, "the headers are too large", {
      oauthError: "invalid_request",
      limit: "header_bytes_max",
    }),
    unsupported_media_type: shown(415, "the content type is not supported", {
      oauthError: "invalid_request",
    }),
    // As Prometheus answers queries that would load too much: whole and explicit, never cut short.
    series_per_scrape_limit: shown(422, "the answer would be over the series limit", {
      limit: "series_per_scrape_max",
    }),
    body_bytes_limit: shown(422, "the answer would be over the size limit", {
      limit: "scrape_bytes_max",
    }),
    too_many_requests: shown(429, "too many requests", {
      retryAfterSeconds: 30,
      limit: "requests_rate",
    }),
    not_ready: shown(503, "starting up", UNAVAILABLE),
    shutting_down: shown(503, "shutting down", UNAVAILABLE),
    requests_in_flight_limit: shown(503, "too many requests at once", {
      ...UNAVAILABLE,
      retryAfterSeconds: 1,
      limit: "requests_in_flight_max",
    }),
    scrape_timeout: shown(503, "the answer would come after the scraper's timeout", {
      ...UNAVAILABLE,
      limit: "scrape_timeout",
    }),
    promql_execution: shown(422, "the query cannot be evaluated"),
    promql_too_many_samples: shown(422, "the query would load too many samples", {
      limit: "query_samples_max",
    }),
    promql_too_much_memory: shown(422, "the query would take too much memory", {
      limit: "query_memory_bytes_max",
    }),
    query_series_limit: shown(422, "the query means too many series", {
      limit: "query_series_max",
    }),
    query_result_bytes_limit: shown(422, "the result would be too long", {
      limit: "query_result_bytes_max",
    }),
    promql_timeout: shown(503, "the query timed out", {
      errorType: "timeout",
      limit: "query_timeout",
    }),
    promql_canceled: shown(499, "the query was given up", { errorType: "canceled" }),
    query_queue_full: shown(429, "too many queries are waiting", {
      retryAfterSeconds: 5,
      limit: "query_queued_max",
    }),
    query_thread_gone: hidden(503, "the query's thread has ended", UNAVAILABLE),
    // Nobody is there to read it; the status is for the log, as in Prometheus.
    canceled: shown(499, "the request was given up", { errorType: "canceled" }),
    storage_full: hidden(503, "the store cannot answer at present", UNAVAILABLE),
    storage_failed: hidden(503, "the store cannot answer at present", UNAVAILABLE),
    engine_gone: hidden(503, "the engine cannot answer at present", UNAVAILABLE),
    access_database_busy: hidden(503, "credentials cannot be checked at present", UNAVAILABLE),
    access_database_failed: hidden(503, "credentials cannot be checked at present", UNAVAILABLE),
    access_data_invalid: hidden(503, "credentials cannot be checked at present", UNAVAILABLE),
    key_set_unavailable: hidden(503, "credentials cannot be checked at present", UNAVAILABLE),
    internal: INTERNAL,
  }),
);

/** Codes that the table does not know are errors of ours: 500, and their text stays inside. */
export function statusOfCode(code: string): ErrorStatus {
  return table.get(code) ?? INTERNAL;
}

export function isKnownCode(code: string): boolean {
  return table.has(code);
}

/** Every code that the table maps. */
export function knownErrorCodes(): readonly string[] {
  return [...table.keys()];
}
