import type { Usage } from "#access";
import type { Route, Surface } from "#http";
import type { Endpoint } from "./endpoint.ts";
import { getMe, type MeDeps } from "./gaugeway/get-me.ts";
import { anyProxiedPath } from "./grafana/any-proxied-path.ts";
import { getDatasourceHealth } from "./grafana/get-datasource-health.ts";
import { getDatasource } from "./grafana/get-datasource.ts";
import { getDatasources } from "./grafana/get-datasources.ts";
import { getGrafanaHealth } from "./grafana/get-grafana-health.ts";
import { proxiedEndpoints } from "./grafana/proxied-endpoints.ts";
import { guardEndpoint, type GuardDeps } from "./guard.ts";
import { getHealthy } from "./health/get-healthy.ts";
import { getReady } from "./health/get-ready.ts";
import { getMetricsV1, type MetricsEndpointDeps } from "./metrics/get-metrics-v1.ts";
import { compressedRoute } from "./query/compressed-route.ts";
import { preflightsOf } from "./query/cross-origin-preflights.ts";
import { SURFACES } from "./surfaces.ts";
import { type QueryApiDeps, queryEndpoints } from "./query/query-endpoints.ts";
import { getJwks } from "./oauth/get-jwks.ts";
import { getOauthMetadata } from "./oauth/get-oauth-metadata.ts";
import { getOpenidConfiguration } from "./oauth/get-openid-configuration.ts";
import type { OAuthDeps } from "./oauth/oauth-deps.ts";
import { postIntrospect } from "./oauth/post-introspect.ts";
import { postRevoke } from "./oauth/post-revoke.ts";
import { postToken } from "./oauth/post-token.ts";
import { getTargets } from "./targets/get-targets.ts";
import type { TargetsSnapshot } from "#sources";

/** What the routes of the public listener need; app wires it. */
export interface ApiDeps extends GuardDeps, MetricsEndpointDeps, QueryApiDeps, OAuthDeps, MeDeps {
  readonly usage: Usage;
  targets(): Promise<TargetsSnapshot>;
}

/** Surfaces whose answers are large, and whose clients expect to be asked for compression. */
const COMPRESSED: ReadonlySet<Surface> = new Set([SURFACES.query, SURFACES.grafana]);

/** Every route of the public listener. What is not in this list does not exist. */
export function createRoutes(deps: ApiDeps): readonly Route[] {
  const queryApi = queryEndpoints(deps);
  const endpoints: readonly Endpoint[] = [
    getMetricsV1(deps),
    ...queryApi,
    ...proxiedEndpoints(queryApi),
    anyProxiedPath(),
    getDatasources(),
    getDatasource(),
    getDatasourceHealth(deps),
    getGrafanaHealth(deps),
    postToken(deps),
    postRevoke(deps),
    postIntrospect(deps),
    getOauthMetadata(deps),
    getOpenidConfiguration(deps),
    getJwks(deps),
    getMe(deps),
    getTargets(deps),
    getHealthy(),
    getReady(deps),
  ];
  return [...endpoints, ...preflightsOf(endpoints)].map((endpoint) => {
    const route = guardEndpoint(deps, endpoint);
    return COMPRESSED.has(endpoint.surface) ? compressedRoute(route) : route;
  });
}
