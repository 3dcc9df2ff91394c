export { createConfigKeeper, type ReloadOutcome } from "./config-keeper.ts";
export { formatFinding } from "./finding.ts";
export type { GaugewayConfig } from "./gaugeway-config.ts";
export { type KeyGroup, keyReference, type KeyRow } from "./key-reference.ts";
export {
  type FlagOverride,
  loadConfig,
  type LoadedConfig,
  type RefusedConfig,
} from "./load-config.ts";
export type { ConfigChecks } from "./schema/schema.ts";
