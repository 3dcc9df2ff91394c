import type { ApiRequest } from "./api-request.ts";

/** Headers that let pages of other origins read the answer (Fetch standard, «CORS protocol»). */
export type CrossOriginHeaders = (request: ApiRequest) => Readonly<Record<string, string>>;

const WHAT_IS_ALLOWED = {
  "access-control-allow-headers": "Accept, Authorization, Content-Type, Origin",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-expose-headers": "Date",
} as const;

/**
 * As Prometheus answers: any origin (null), or those that are listed, asked at each request. Our
 * credentials are headers that a page must know to send, never something that a browser adds by
 * itself, so `*` gives nothing away.
 */
export function createCrossOriginHeaders(
  allowedOrigins: () => readonly string[] | null,
): CrossOriginHeaders {
  return (request) => {
    const origin = request.header("origin");
    if (origin === null) return {};
    const allowed = allowedOrigins();
    if (allowed === null) return { ...WHAT_IS_ALLOWED, "access-control-allow-origin": "*" };
    return allowed.includes(origin)
      ? { ...WHAT_IS_ALLOWED, "access-control-allow-origin": origin }
      : WHAT_IS_ALLOWED;
  };
}
