import { NO_ENTITLEMENT, type Principal } from "#access";
import type { ApiRequest, ApiResponse } from "#http";
import type { CatalogueRequest } from "#query";
import { afterFirstChunk } from "../control/first-chunk.ts";

export interface CatalogueDeps {
  /** The body of the answer, in Prometheus' envelope. */
  catalogue(request: CatalogueRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** All of time, as the store counts it. */
export const ALL_TIME = { minMs: -Infinity, maxMs: Infinity } as const;
/** Every series. */
export const ANY_SERIES = [[]] as const;

/** What series the tenant has, by what the endpoint wants to know of them. */
export async function answerFromCatalogue(
  deps: CatalogueDeps,
  request: ApiRequest,
  principal: Principal,
  question: Omit<CatalogueRequest, "view">,
): Promise<ApiResponse> {
  const view = principal.entitlement ?? NO_ENTITLEMENT;
  return {
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: await afterFirstChunk(deps.catalogue({ ...question, view }, request.signal)),
  };
}
