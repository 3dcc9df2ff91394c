export type { BlockEvent } from "./block/block-observer.ts";
export { BLOCK_SET_DEFAULTS, type BlockSetOptions } from "./block/block-set-options.ts";
export {
  DataFolderLockedError,
  DataFolderNewerError,
  SeriesLimitError,
  StorageFailedError,
  StorageFullError,
} from "./errors.ts";
export type { StoredExemplar } from "./head/exemplar-ring.ts";
export { backupStore } from "./backup/backup-store.ts";
export { importOpenMetrics, type ImportProgress } from "./import/import-openmetrics.ts";
export type { ImportParser, ImportSink } from "./import/import-sink.ts";
export { openStore, type OpenStore } from "./store/open-store.ts";
export type { StoreEvent, StoreObserver } from "./store/store-events.ts";
export { STORE_DEFAULTS, type StoreOptions } from "./store/store-options.ts";
export type { LiveBlockOptions, LiveStoreOptions, Store, StoreStats } from "./store/store.ts";
