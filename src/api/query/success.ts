import type { ApiResponse } from "#http";

/** Small answers in Prometheus' envelope. */
export function success(data: unknown): ApiResponse {
  return {
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ status: "success", data }),
  };
}
