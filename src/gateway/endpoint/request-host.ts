import type { RawRequest } from "#http";

/** The host that a client asked for: a header of HTTP/1.1, a pseudo-header of HTTP/2. */
export function requestHost(request: RawRequest): string {
  const authority = "authority" in request ? request.authority : undefined;
  return request.headers.host ?? authority ?? "";
}
