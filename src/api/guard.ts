import { unreachable } from "#lib/assert";
import {
  type Authenticate,
  hasScope,
  type Principal,
  type Refusals,
  type RequestAdmission,
  type Scope,
  type Usage,
} from "#access";
import { type ApiRequest, type ApiResponse, HttpRefusal, type Route } from "#http";
import { admitted, tooManyRequests } from "./admitted.ts";
import { charged, isTooMany } from "./charged.ts";
import { type Endpoint, type GuardedEndpoint, isGuarded } from "./endpoint.ts";
import type { ApiTelemetry } from "./metrics.ts";
import { SURFACES } from "./surfaces.ts";

export interface GuardDeps {
  readonly authenticate: Authenticate;
  readonly telemetry: ApiTelemetry;
  readonly queryAdmission: RequestAdmission;
  readonly usage: Pick<Usage, "charge">;
  readonly refusals: Pick<Refusals, "record">;
}

const REALM = 'realm="gaugeway"';
const REFUSED = { refused: true, samplesRead: 0, bodyBytes: 0, scrapedSeries: null } as const;
const BASIC_CHALLENGE = `Basic ${REALM}, charset="UTF-8"`;

/**
 * Makes the route of an endpoint: whoever calls it is known and holds the scope before its handler
 * runs. A wrong credential is refused whichever kind it is, and never treated as none.
 */
export function guardEndpoint(deps: GuardDeps, endpoint: Endpoint): Route {
  if (!isGuarded(endpoint)) return endpoint;
  return {
    ...endpoint,
    handler: async (request) => {
      const principal = await authorized(deps, endpoint, request);
      try {
        return await charged(deps.usage, request, principal, (watched) =>
          withinRates(deps, endpoint, watched, principal),
        );
      } catch (error) {
        if (isTooMany(error))
          recordRefusal(deps, endpoint, request, "too_many_requests", principal);
        throw error;
      }
    },
  };
}

/** Scrapes have rates of their own, and count what they refuse: get-metrics-v1.ts. */
function withinRates(
  deps: GuardDeps,
  endpoint: GuardedEndpoint,
  request: ApiRequest,
  principal: Principal,
): Promise<ApiResponse> {
  const answer = () => endpoint.handler(request, principal);
  if (endpoint.surface === SURFACES.scrape) return answer();
  return admitted({ admission: deps.queryAdmission, principal, what: "requests" }, answer);
}

function recordRefusal(
  { refusals }: GuardDeps,
  endpoint: GuardedEndpoint,
  request: ApiRequest,
  reason: string,
  who: { readonly clientId: string | null; readonly tenantId: string | null },
): void {
  const { clientId, tenantId } = who;
  const address = request.remoteAddress;
  refusals.record({ reason, path: endpoint.paths[0], clientId, tenantId, address });
}

async function authorized(
  deps: GuardDeps,
  endpoint: GuardedEndpoint,
  request: ApiRequest,
): Promise<Principal> {
  const principal = await authenticated(deps, endpoint, request);
  request.note({
    client: principal.clientId,
    ...(principal.tenantName === null ? {} : { tenant: principal.tenantName }),
  });
  // The operator's clients have no tenant and a tenant's clients are no operators, whatever scopes
  // either was given.
  const { owner, tenantId } = principal;
  const scope = wantedScope(endpoint, owner);
  if (scope === null) return principal;
  const isOwner = isForOwner(endpoint, owner) && (owner === "operator" || tenantId !== null);
  if (isOwner && hasScope(principal, scope)) return principal;
  recordRefusal(deps, endpoint, request, "insufficient_scope", principal);
  deps.usage.charge(principal, REFUSED);
  deps.telemetry.scopeFailures.with(endpoint.surface.name, scope).inc();
  throw new HttpRefusal("insufficient_scope", `This client lacks the scope ${scope}.`, {
    "www-authenticate": `Bearer ${REALM}, error="insufficient_scope", scope="${scope}"`,
  });
}

function isForOwner({ access }: GuardedEndpoint, owner: Principal["owner"]): boolean {
  return access.kind === "either" || access.kind === owner;
}

/** The scope that a client of this owner must hold, null where any will do; an endpoint that is not for it names its own. */
function wantedScope({ access }: GuardedEndpoint, owner: Principal["owner"]): Scope | null {
  if (access.kind === "principal") return null;
  if (access.kind !== "either") return access.scope;
  return owner === "operator" ? access.operatorScope : access.tenantScope;
}

async function authenticated(
  deps: GuardDeps,
  endpoint: GuardedEndpoint,
  request: ApiRequest,
): Promise<Principal> {
  // The kernel has refused requests with more than one (request-gate.ts).
  const authorization = request.header("authorization");
  const presented = authorization === null ? [] : [authorization];
  const outcome = await deps.authenticate(presented, { address: request.remoteAddress });
  const failures = deps.telemetry.authenticationFailures;
  const surface = endpoint.surface.name;
  switch (outcome.kind) {
    case "authenticated":
      return outcome.principal;
    case "missing":
    case "invalid": {
      failures.with(surface, outcome.kind).inc();
      const refusal = unauthorized(endpoint, authorization);
      recordRefusal(deps, endpoint, request, refusal.code, claimant(outcome));
      throw refusal;
    }
    case "limited":
      failures.with(surface, outcome.kind).inc();
      recordRefusal(deps, endpoint, request, "too_many_requests", claimant(outcome));
      throw tooManyRequests("failed attempts", outcome.retryAfterSeconds);
    default:
      return unreachable(outcome);
  }
}

/** Who a request that proved nothing said it was. */
function claimant(outcome: { readonly kind: string } | { readonly claimedId: string | null }): {
  readonly clientId: string | null;
  readonly tenantId: null;
} {
  return { clientId: "claimedId" in outcome ? outcome.claimedId : null, tenantId: null };
}

/**
 * Both challenges, since both kinds of credential are taken (RFC 9110 §11.6.1). RFC 6750 §3.1: no
 * error code where no token was shown.
 */
function unauthorized(endpoint: GuardedEndpoint, authorization: string | null): HttpRefusal {
  const isBearer = authorization !== null && /^bearer\b/i.test(authorization);
  const error = isBearer ? ', error="invalid_token"' : "";
  const wanted = wantedScope(endpoint, "tenant");
  const scope = wanted === null ? "" : `, scope="${wanted}"`;
  return new HttpRefusal(isBearer ? "invalid_token" : "unauthorized", "Not authenticated.", {
    "www-authenticate": [BASIC_CHALLENGE, `Bearer ${REALM}${scope}${error}`],
  });
}
