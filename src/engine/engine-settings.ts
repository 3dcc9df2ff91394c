import type { ScrapeConfig } from "#sources";
import type { SnapshotLimits } from "#snapshot";
import type { BlockSetOptions, LiveBlockOptions, LiveStoreOptions, StoreOptions } from "#tsdb";

/** What the engine is told at its start; plain data, because it crosses into a thread. */
export interface EngineSettings {
  /** The package's version, for `User-Agent` and build information. */
  readonly version: string;
  /** The data folder. */
  readonly storagePath: string;
  readonly store: Partial<StoreOptions>;
  readonly blocks: Partial<BlockSetOptions>;
  readonly snapshots: Partial<SnapshotLimits>;
}

/** What can be replaced while the engine runs. */
export interface EngineReload {
  readonly store: LiveStoreOptions;
  readonly blocks: LiveBlockOptions;
  readonly snapshots: Partial<SnapshotLimits>;
  readonly scrape: ScrapeConfig;
}
