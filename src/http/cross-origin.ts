import type { ApiRequest } from "./api-request.ts";

/** Headers that let pages of other origins read the answer (Fetch standard, «CORS protocol»). */
export type CrossOriginHeaders = (request: ApiRequest) => Readonly<Record<string, string>>;

const WHAT_IS_ALLOWED = {
  "access-control-allow-headers": "Accept, Authorization, Content-Type, Origin",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-expose-headers": "Date",
} as const;

/**
 * As Prometheus answers: any origin, or those that match. Credentials of ours are headers that a
 * page must know to send, never something that a browser adds by itself, so `*` gives nothing away.
 */
export function createCrossOriginHeaders(
  allows: "any" | ((origin: string) => boolean),
): CrossOriginHeaders {
  return (request) => {
    const origin = request.header("origin");
    if (origin === null) return {};
    if (allows === "any") return { ...WHAT_IS_ALLOWED, "access-control-allow-origin": "*" };
    return allows(origin)
      ? { ...WHAT_IS_ALLOWED, "access-control-allow-origin": origin }
      : WHAT_IS_ALLOWED;
  };
}
