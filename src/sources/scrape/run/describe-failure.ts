import { OperatingError } from "#lib/operating-error";
import { ScrapeError } from "../scrape-error.ts";

/** Errors of zlib that mean: the bytes are not gzip, or end too early. */
const ZLIB_ERROR = /^(?:Z_|ERR_ZLIB)/;

/** Turns whatever ended a scrape into an error with a code and a sentence that says why. */
export function describeFailure(
  error: unknown,
  about: { url: string; timedOut: boolean },
): OperatingError {
  const where = `Get ${JSON.stringify(about.url)}`;
  if (about.timedOut) {
    return new ScrapeError("scrape_timeout", `${where}: context deadline exceeded`);
  }
  if (error instanceof OperatingError) return error;
  const code = codeOf(error);
  if (ZLIB_ERROR.test(code)) {
    return new ScrapeError("scrape_encoding", `gzip: ${messageOf(error)}`, error);
  }
  return new ScrapeError("scrape_unreachable", `${where}: ${messageOf(error)}`, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** Several addresses that all failed come as one error without a message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return Array.from(new Set(error.errors.map(messageOf))).join("; ");
  }
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? codeOf(error) || error.name : error.message;
}
