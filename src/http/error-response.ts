import { OperatingError } from "#lib/operating-error";
import { unreachable } from "#lib/assert";
import { type ApiResponse, jsonResponse, textResponse } from "./api-response.ts";
import { HttpRefusal } from "./errors.ts";
import { type ErrorStatus, isKnownCode, statusOfCode } from "./error-status.ts";
import type { ErrorShape } from "./surface.ts";

/** What a thrown value becomes on a surface. Only operating errors may speak, and not all of them. */
export function errorResponse(thrown: unknown, shape: ErrorShape): ApiResponse {
  const code = thrown instanceof OperatingError ? thrown.code : "internal";
  const known = statusOfCode(code);
  if (shape === "control" && thrown instanceof OperatingError) return operatorsAnswer(thrown);
  const text = known.exposed && thrown instanceof OperatingError ? thrown.message : known.text;
  const shaped = shapeError(shape, known, { code, text });
  const retry =
    known.retryAfterSeconds === undefined ? {} : { "retry-after": `${known.retryAfterSeconds}` };
  const own = thrown instanceof HttpRefusal ? thrown.headers : {};
  return { ...shaped, headers: { ...shaped.headers, ...retry, ...own } };
}

/**
 * On the control socket the reader is the operator, who may know everything: whatever the program
 * foresaw is told in its own words. What has no status of its own is a command that cannot be done.
 */
function operatorsAnswer(error: OperatingError): ApiResponse {
  const { status } = isKnownCode(error.code) ? statusOfCode(error.code) : { status: 422 };
  return jsonResponse(status, { error: error.code, message: error.message });
}

interface ErrorWords {
  readonly code: string;
  readonly text: string;
}

function shapeError(shape: ErrorShape, known: ErrorStatus, words: ErrorWords): ApiResponse {
  const { status } = known;
  const { text } = words;
  // A code that is not in the table is an inner matter, like its text.
  const code = status === 500 ? "internal" : words.code;
  switch (shape) {
    case "oauth":
      return jsonResponse(status, { error: known.oauthError ?? code, error_description: text });
    case "prometheus":
      return prometheusError(status, known.errorType ?? errorTypeOf(status), text);
    case "grafana":
      return jsonResponse(status, { message: text });
    case "control":
      return jsonResponse(status, { error: code, message: text });
    case "text":
      return textResponse(status, `${text}\n`);
    default:
      return unreachable(shape);
  }
}

/** With Prometheus' own content type and no final line break: clients compare. */
function prometheusError(status: number, errorType: string, error: string): ApiResponse {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ status: "error", errorType, error }),
  };
}

/** `errorType` as Prometheus' API has it; the words for 401, 403 and 429 are ours, it has none. */
function errorTypeOf(status: number): string {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 409:
    case 422:
      return "execution";
    case 429:
      return "too_many_requests";
    case 503:
      return "unavailable";
    default:
      return status >= 500 ? "internal" : "bad_data";
  }
}
