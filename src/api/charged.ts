import type { Principal, Usage } from "#access";
import type { ApiRequest, ApiResponse } from "#http";
import { OperatingError } from "#lib/operating-error";

/**
 * Answers a request and charges the principal with what it took: bytes when they have been sent, and
 * what the handler notes of its work (`samples` of a query, `series` of a scrape).
 */
export async function charged(
  usage: Pick<Usage, "charge">,
  request: ApiRequest,
  principal: Principal,
  handler: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  let samples = 0;
  let series: number | null = null;
  const watched: ApiRequest = {
    ...request,
    note: (facts) => {
      if (typeof facts["samples"] === "number") samples = facts["samples"];
      if (typeof facts["series"] === "number") ({ series } = facts as { series: number });
      request.note(facts);
    },
  };
  const charge = (bodyBytes: number, refused: boolean): void =>
    usage.charge(principal, {
      refused,
      samplesRead: samples + (series ?? 0),
      bodyBytes,
      scrapedSeries: series,
    });
  try {
    const answer = await handler(watched);
    return {
      ...answer,
      release: (bodyBytes) => {
        charge(bodyBytes, false);
        answer.release?.(bodyBytes);
      },
    };
  } catch (error) {
    charge(0, isTooMany(error));
    throw error;
  }
}

/** Turned away for its rate. */
export function isTooMany(error: unknown): boolean {
  return error instanceof OperatingError && error.code === "too_many_requests";
}
