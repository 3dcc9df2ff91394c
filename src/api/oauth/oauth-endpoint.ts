import type { ApiRequest, ApiResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { apiLimits } from "../limits.ts";
import { SURFACES } from "../surfaces.ts";

/** An endpoint whose callers prove themselves by what they send (see client-authentication.ts). */
export function clientEndpoint(
  path: string,
  summary: string,
  handler: (request: ApiRequest) => Promise<ApiResponse>,
): OpenEndpoint {
  return {
    methods: ["POST"],
    paths: [path],
    surface: SURFACES.oauth,
    access: {
      kind: "public",
      reason: "The client proves itself in the request, by RFC 6749 §2.3.",
    },
    limits: { bodyBytesMax: apiLimits.oauthFormBytesMax },
    summary,
    handler,
  };
}

/** A document for whoever wants to use or check tokens. */
export function publishedDocument(
  path: string,
  summary: string,
  content: () => Promise<object>,
): OpenEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: [path],
    surface: SURFACES.oauth,
    access: {
      kind: "public",
      reason: "It holds public keys and addresses, and nothing of tenants.",
    },
    limits: { bodyBytesMax: 0 },
    summary,
    handler: async () => ({
      status: 200,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "cache-control": `public, max-age=${apiLimits.publishedDocumentSeconds}`,
        // Verifiers in browsers read it too; it is the same for everybody.
        "access-control-allow-origin": "*",
      },
      body: `${JSON.stringify(await content())}\n`,
    }),
  };
}
