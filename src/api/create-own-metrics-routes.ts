import type { Route } from "#http";
import { getHealthy } from "./health/get-healthy.ts";
import { getOwnMetrics, type OwnMetricsDeps } from "./own-metrics/get-own-metrics.ts";

/** Every route of the own-metrics listener. */
export function createOwnMetricsRoutes(deps: OwnMetricsDeps): readonly Route[] {
  return [getOwnMetrics(deps), getHealthy()];
}
