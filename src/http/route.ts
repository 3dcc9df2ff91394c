import type { ApiRequest } from "./api-request.ts";
import type { ApiResponse } from "./api-response.ts";
import type { Surface } from "./surface.ts";

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** Who may call a route. Every route says it; there is no default. */
export type RouteAccess =
  /** Nobody has to say who they are; `reason` tells why that is right. */
  | { readonly kind: "public"; readonly reason: string }
  /** A client of a tenant with this scope; what it gets is its tenant's entitlement. */
  | { readonly kind: "tenant"; readonly scope: string }
  /** A client of the operator with this scope. */
  | { readonly kind: "operator"; readonly scope: string }
  /** A client of either; the answer depends on whose it is. */
  | { readonly kind: "either"; readonly tenantScope: string; readonly operatorScope: string }
  /** Any client that is known, whatever its scopes: what it gets is about itself. */
  | { readonly kind: "principal" }
  /** Whoever reaches the listener: the loopback address, or a socket file only its owner may open. */
  | { readonly kind: "listener" };

interface RouteLimits {
  /** Longest request body; 0 for routes that take none. */
  readonly bodyBytesMax: number;
}

export interface Route {
  readonly methods: readonly HttpMethod[];
  /** The first is the canonical one; `:name` stands for one part. */
  readonly paths: readonly [string, ...string[]];
  readonly surface: Surface;
  readonly access: RouteAccess;
  readonly limits: RouteLimits;
  /** One line for docs/reference/http.md. */
  readonly summary: string;
  handler(request: ApiRequest): Promise<ApiResponse>;
}
