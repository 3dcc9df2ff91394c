export {
  type ConfigKeeper,
  type ConfigKeeperOptions,
  createConfigKeeper,
  type ReloadOutcome,
} from "./config-keeper.ts";
export type { ConfigChange } from "./describe-changes.ts";
export { type Finding, formatFinding } from "./finding.ts";
export type { GaugewayConfig } from "./gaugeway-config.ts";
export { type KeyGroup, keyReference, type KeyRow } from "./key-reference.ts";
export type { Environment } from "./interpolate.ts";
export {
  type FlagOverride,
  loadConfig,
  type LoadedConfig,
  type LoadOptions,
  type RefusedConfig,
} from "./load-config.ts";
export type { ConfigChecks } from "./schema/schema.ts";
export type { ControlConfig } from "./sections/control.ts";
export type { LogConfig } from "./sections/log.ts";
export type { MetricsEndpointConfig } from "./sections/metrics-endpoint.ts";
export type { OwnMetricsConfig } from "./sections/own-metrics.ts";
export type { ServerConfig, ServerLimits } from "./sections/server.ts";
export type { StorageConfig } from "./sections/storage.ts";
