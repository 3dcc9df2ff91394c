import type { RawRequest } from "#http";
import type { CorsOptions } from "../config/extra/cors-options.ts";
import type { HeaderValues } from "../proxy/proxy.ts";

export type CorsVerdict =
  /** A browser asks whether it may ask; that is all of the request. */
  | { readonly kind: "preflight"; readonly status: number; readonly headers: HeaderValues }
  | { readonly kind: "request"; readonly headers: HeaderValues };

export type Cors = (request: RawRequest) => CorsVerdict;

const PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

export function createCors(options: CorsOptions): Cors {
  const isAllowed = originCheck(options.origins);
  const takesAll = options.origins.includes("*");
  const allowOrigin = (origin: string) => (takesAll ? "*" : origin);
  const methods = new Set(options.methods);
  const headerNames = new Set(options.headers.map((name) => name.toLowerCase()));
  const takesAllHeaders = headerNames.has("*");
  const exposed = options.exposedHeaders.join(", ");

  function commonHeaders(origin: string): Record<string, string> {
    const headers: Record<string, string> = { "access-control-allow-origin": allowOrigin(origin) };
    if (options.allowsCredentials) headers["access-control-allow-credentials"] = "true";
    return headers;
  }

  function preflight(request: RawRequest, origin: string): Record<string, string> {
    const {
      "access-control-request-method": method = "",
      "access-control-request-headers": asked = "",
    } = request.headers;
    const names = asked
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "");
    const isFine =
      isAllowed(origin) &&
      methods.has(method.toUpperCase()) &&
      (takesAllHeaders || names.every((name) => headerNames.has(name)));
    const headers: Record<string, string> = { vary: PREFLIGHT_VARY };
    if (!isFine) return headers;
    Object.assign(headers, commonHeaders(origin), {
      "access-control-allow-methods": method.toUpperCase(),
    });
    if (names.length > 0) headers["access-control-allow-headers"] = names.join(",");
    if (options.maxAgeSeconds > 0)
      headers["access-control-max-age"] = String(options.maxAgeSeconds);
    const isPrivate = request.headers["access-control-request-private-network"] === "true";
    if (isPrivate && options.allowsPrivateNetwork)
      headers["access-control-allow-private-network"] = "true";
    return headers;
  }

  return (request) => {
    const origin = request.headers.origin ?? "";
    const asksFirst =
      request.method === "OPTIONS" &&
      request.headers["access-control-request-method"] !== undefined;
    if (asksFirst) {
      const headers = preflight(request, origin);
      if (options.passesPreflights) return { kind: "request", headers };
      return { kind: "preflight", status: options.preflightStatus, headers };
    }
    const headers: Record<string, string> = { vary: "Origin" };
    if (origin !== "" && isAllowed(origin) && methods.has(request.method ?? "")) {
      Object.assign(headers, commonHeaders(origin));
      if (exposed !== "") headers["access-control-expose-headers"] = exposed;
    }
    return { kind: "request", headers };
  };
}

function originCheck(origins: readonly string[]): (origin: string) => boolean {
  if (origins.includes("*")) return (origin) => origin !== "";
  const exact = new Set(
    origins.filter((origin) => !origin.includes("*")).map((origin) => origin.toLowerCase()),
  );
  const wild = origins
    .filter((origin) => origin.includes("*"))
    .map((origin) => origin.toLowerCase().split("*", 2) as [string, string]);
  return (origin) => {
    const name = origin.toLowerCase();
    return (
      exact.has(name) ||
      wild.some(
        ([start, end]) =>
          name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end),
      )
    );
  };
}
