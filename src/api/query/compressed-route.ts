import type { Transform } from "node:stream";
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
  void feed(zip, body);
  return {
    ...response,
    headers: { ...response.headers, "content-encoding": coding, vary: "Accept-Encoding" },
    body: zip,
  };
}

/**
 * Chunk by chunk: the next one is asked for when the last is compressed, because a stream's memory
 * may be gone from then on. Whichever side ends early ends the other: an answer that nobody reads
 * lets go of its query.
 */
async function feed(zip: Transform, body: Chunks): Promise<void> {
  const chunks = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body.values();
  zip.once("close", () => void chunks.return?.(undefined));
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) break;
      await written(zip, value);
    }
    zip.end();
  } catch (error) {
    zip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

type Chunks = Exclude<ApiResponse["body"], string | null>;

function written(zip: Transform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** Of what is offered, the one that the client names first; weights do not count there. */
function firstCoding(header: string | null): "gzip" | "deflate" | null {
  for (const entry of header?.split(",") ?? []) {
    const name = entry.trim();
    if (name === "gzip" || name === "deflate") return name;
  }
  return null;
}
