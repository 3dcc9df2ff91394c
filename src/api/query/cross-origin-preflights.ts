import type { Endpoint, OpenEndpoint } from "../endpoint.ts";

/**
 * `OPTIONS` for each endpoint that pages of other origins may use: what a browser asks before it
 * sends a page's request. The answer is in the headers that the listener adds.
 */
export function preflightsOf(endpoints: readonly Endpoint[]): readonly OpenEndpoint[] {
  const crossOrigin = endpoints.filter(({ surface }) => surface.isCrossOrigin === true);
  return crossOrigin.map(({ paths, surface }) => ({
    methods: ["OPTIONS"],
    paths,
    surface,
    access: {
      kind: "public",
      reason: "browsers ask without credentials, and the answer says nothing of data",
    },
    limits: { bodyBytesMax: 0 },
    summary: "What pages of other origins may send (CORS).",
    handler: async () => ({ status: 204, headers: {}, body: null }),
  }));
}
