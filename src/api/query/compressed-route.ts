import { pipeline, Readable } from "node:stream";
import { constants, createDeflate, createGzip } from "node:zlib";
import type { ApiRequest, ApiResponse, Route } from "#http";

/** Answers of queries are large and short-lived: the fastest level takes away most of them. */
const LEVEL: number = constants.Z_BEST_SPEED;

/** The same route, compressing for clients that ask for it, as Prometheus does. */
export function compressedRoute(route: Route): Route {
  return {
    ...route,
    handler: async (request) => compress(request, await route.handler(request)),
  };
}

function compress(request: ApiRequest, response: ApiResponse): ApiResponse {
  const coding = firstCoding(request.header("accept-encoding"));
  if (coding === null || response.body === null) return response;
  const zip = coding === "gzip" ? createGzip({ level: LEVEL }) : createDeflate({ level: LEVEL });
  const body = typeof response.body === "string" ? [Buffer.from(response.body)] : response.body;
  // Whichever side ends early ends the other: an answer that nobody reads lets go of its query.
  pipeline(Readable.from(body), zip, () => undefined);
  return {
    ...response,
    headers: { ...response.headers, "content-encoding": coding, vary: "Accept-Encoding" },
    body: zip,
  };
}

/** Of what is offered, the one that the client names first; weights do not count there. */
function firstCoding(header: string | null): "gzip" | "deflate" | null {
  for (const entry of header?.split(",") ?? []) {
    const name = entry.trim();
    if (name === "gzip" || name === "deflate") return name;
  }
  return null;
}
