export { type Engine, startEngine } from "./engine.ts";
export type { EngineReload, EngineSettings } from "./engine-settings.ts";
