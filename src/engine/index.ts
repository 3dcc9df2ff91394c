export { type Engine, startEngine } from "./engine.ts";
export type { HeadStatistics } from "#tsdb";
export type { EngineReload, EngineSettings } from "./engine-settings.ts";
