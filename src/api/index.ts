export type { ControlApi, Json, ReloadReport } from "./control/control-api.ts";
export { createControlRoutes } from "./create-control-routes.ts";
export type { TenantLimits } from "./gaugeway/get-me.ts";
export { createOwnMetricsRoutes } from "./create-own-metrics-routes.ts";
export { readAnyQueryTime, readQuery } from "./query/read-query.ts";
export { type ApiDeps, createRoutes } from "./create-routes.ts";
export type { InstallationFacts } from "./query/installation-facts.ts";
export { createApiTelemetry } from "./metrics.ts";
export { CONTROL_SURFACES, OWN_METRICS_SURFACES, PUBLIC_SURFACES } from "./surfaces.ts";
