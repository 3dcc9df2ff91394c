export type { BlockSetOptions } from "./block/block-set-options.ts";
export { backupStore } from "./backup/backup-store.ts";
export { importOpenMetrics } from "./import/import-openmetrics.ts";
export type { ImportParser, ImportSink } from "./import/import-sink.ts";
export type { HeadStatistics } from "./labels/head-statistics.ts";
export { openStore } from "./store/open-store.ts";
export type { StoreEvent } from "./store/store-events.ts";
export type { StoreOptions } from "./store/store-options.ts";
export type { LiveBlockOptions, LiveStoreOptions, Store, StoreStats } from "./store/store.ts";
