import { canonicalTarget, type RequestTarget } from "./canonical-path.ts";
import { HttpRefusal } from "./errors.ts";
import type { HttpLimits } from "./limits.ts";
import type { RawRequest } from "./raw-http.ts";

/** A request whose target can be routed, or why it cannot. */
export type GateOutcome =
  | { readonly kind: "pass"; readonly target: RequestTarget }
  | { readonly kind: "refuse"; readonly path: string; readonly refusal: HttpRefusal };

/** Headers that say who asks or what is asked: two of them would let two readers pick two. */
const ONCE = ["authorization", "host", "content-length", "content-type"] as const;

/** Looks at a request before any route does. */
export function gateRequest(request: RawRequest, limits: HttpLimits): GateOutcome {
  const url = request.url ?? "";
  const rawPath = url.split("?", 1)[0] ?? "";
  const refusal = requestFault(request, limits);
  if (refusal !== null) {
    return { kind: "refuse", path: refusal.code === "url_too_long" ? "/" : rawPath, refusal };
  }
  const target = canonicalTarget(url);
  if (target !== null) return { kind: "pass", target };
  const notFound = new HttpRefusal("not_found", "There is nothing at this path.");
  return { kind: "refuse", path: rawPath, refusal: notFound };
}

/** What makes a request unfit for anybody, whatever its path means. */
export function requestFault(request: RawRequest, limits: HttpLimits): HttpRefusal | null {
  if ((request.url ?? "").length > limits.urlBytesMax) {
    const text = `The URL is longer than ${limits.urlBytesMax} bytes: send long parameters in a POST body.`;
    return new HttpRefusal("url_too_long", text);
  }
  // HTTP/1.1's parser has counted already; Node does not hold HTTP/2 to the size it announces.
  if (request.httpVersionMajor >= 2 && headerBytes(request) > limits.headerBytesMax) {
    const text = `The headers are longer than ${limits.headerBytesMax} bytes: send less.`;
    return new HttpRefusal("headers_too_large", text);
  }
  const repeated = repeatedHeader(request);
  if (repeated !== null) {
    const text = `The header ${repeated} is given more than once: send it once.`;
    return new HttpRefusal("invalid_request", text);
  }
  // The parser hands over a request with another coding and finds fault only with its body.
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    const text = "The only transfer coding that is understood is chunked: send the body so.";
    return new HttpRefusal("invalid_request", text);
  }
  return null;
}

/** As RFC 9113 §6.5.2 counts: names, values, and 32 for each pair. */
function headerBytes(request: RawRequest): number {
  return request.rawHeaders.reduce((sum, text) => sum + text.length + 16, 0);
}

/** Node keeps the first of most repeated headers and says nothing; the raw list has them all. */
function repeatedHeader(request: RawRequest): string | null {
  const seen = new Set<string>();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? "").toLowerCase();
    if (!(ONCE as readonly string[]).includes(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
