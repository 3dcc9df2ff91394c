import type { Principal, Scope } from "#access";
import type { ApiRequest, ApiResponse, Route, RouteAccess } from "#http";

type RouteFacts = Omit<Route, "handler" | "access">;

/** An endpoint that nobody has to say who they are for, or whose listener is the guard. */
export interface OpenEndpoint extends RouteFacts {
  readonly access: Extract<RouteAccess, { kind: "public" | "listener" }>;
  handler(request: ApiRequest): Promise<ApiResponse>;
}

/** An endpoint that is reached only by a principal who holds its scope. */
export interface GuardedEndpoint extends RouteFacts {
  readonly access:
    | { readonly kind: "tenant" | "operator"; readonly scope: Scope }
    | { readonly kind: "principal" }
    | { readonly kind: "either"; readonly tenantScope: Scope; readonly operatorScope: Scope };
  handler(request: ApiRequest, principal: Principal): Promise<ApiResponse>;
}

/**
 * What an endpoint's file declares. What it says under `access` is what is enforced, since the
 * handler of a guarded one cannot be called without a principal: see guard.ts.
 */
export type Endpoint = OpenEndpoint | GuardedEndpoint;

export function isGuarded(endpoint: Endpoint): endpoint is GuardedEndpoint {
  return endpoint.access.kind !== "public" && endpoint.access.kind !== "listener";
}
