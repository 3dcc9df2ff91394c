import type { AdmissionLimitName, Principal, RateStanding, RequestAdmission } from "#access";
import { type ApiResponse, HttpRefusal } from "#http";

export interface AdmittedOptions {
  readonly admission: RequestAdmission;
  readonly principal: Principal;
  /** What there were too many of, for the refusal: «scrapes», «requests». */
  readonly what: string;
  readonly onRefused?: (limit: AdmissionLimitName) => void;
}

/** Does the work for a principal that keeps to its rates, and tells it in the answer what is left. */
export async function admitted(
  { admission, principal, what, onRefused }: AdmittedOptions,
  work: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const verdict = admission.admit(principal);
  const headers = rateLimitHeaders(verdict.standing);
  if (!verdict.admitted) {
    onRefused?.(verdict.limit);
    throw tooManyRequests(what, verdict.retryAfterSeconds, headers);
  }
  const { release } = verdict;
  try {
    const answer = await work();
    return {
      ...answer,
      headers: { ...answer.headers, ...headers },
      release: (bodyBytes) => {
        release();
        answer.release?.(bodyBytes);
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

export function tooManyRequests(
  what: string,
  retryAfterSeconds: number,
  headers: Readonly<Record<string, string>> = {},
): HttpRefusal {
  return new HttpRefusal(
    "too_many_requests",
    `Too many ${what}: wait ${retryAfterSeconds} s before the next.`,
    { ...headers, "retry-after": `${retryAfterSeconds}` },
  );
}

/**
 * RateLimit and RateLimit-Policy as draft-ietf-httpapi-ratelimit-headers has them: `q` requests fit
 * into `w` seconds, `r` of them are left, and all of them again in `t` seconds.
 */
function rateLimitHeaders(standing: readonly RateStanding[]): Readonly<Record<string, string>> {
  if (standing.length === 0) return {};
  const items = (text: (rate: RateStanding) => string): string =>
    standing.map((rate) => `"${rate.of}";${text(rate)}`).join(", ");
  return {
    "ratelimit-policy": items((rate) => `q=${rate.burst};w=${seconds(rate.burst, rate)}`),
    ratelimit: items((rate) => {
      return `r=${rate.remaining};t=${seconds(rate.burst - rate.remaining, rate)}`;
    }),
  };
}

function seconds(requests: number, { perSecond }: RateStanding): number {
  return Math.ceil(requests / perSecond);
}
