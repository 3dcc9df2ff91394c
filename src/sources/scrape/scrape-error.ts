import { OperatingError } from "#lib/operating-error";

/** Why a scrape, or the discovery of targets, failed. */
export type ScrapeErrorCode =
  /** No answer: name resolution, connection, TLS, proxy. */
  | "scrape_unreachable"
  /** Not done within the scrape timeout. */
  | "scrape_timeout"
  /** Another status than 200. */
  | "scrape_status"
  /** Content-Type missing or unknown, and no fallback_scrape_protocol. */
  | "scrape_content_type"
  /** More bytes than the limit, after decompression. */
  | "scrape_body_too_large"
  /** The compressed body is broken. */
  | "scrape_encoding"
  | "scrape_too_many_redirects"
  | "scrape_redirect_refused"
  /** A secret or certificate file cannot be read, or a token cannot be had. */
  | "scrape_credentials"
  | "scrape_sample_limit"
  | "scrape_label_limit"
  /** A series without a name, or with a name that is not allowed. */
  | "scrape_series_invalid"
  | "scrape_target_limit"
  | "relabel_regex_invalid"
  /** A discovery file or answer is not a list of target groups. */
  | "discovery_invalid"
  /** The server is shutting down or the target is gone. */
  | "scrape_cancelled";

/** Reasons in `lastError` of a target; where Prometheus has a text of its own, it is the same. */
export class ScrapeError extends OperatingError {
  declare readonly code: ScrapeErrorCode;

  constructor(code: ScrapeErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}
