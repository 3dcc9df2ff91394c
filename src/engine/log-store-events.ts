import type { Logger } from "#lib/logger";
import type { StoreEvent } from "#tsdb";

/** Tells people what happens in the store; damage and refusals stand out. */
export function logStoreEvent(log: Logger, event: StoreEvent): void {
  switch (event.kind) {
    case "opened":
      return log.info({ ...event }, "store opened");
    case "head_salvaged":
      return log.error({ ...event }, "the store's log was damaged; what is readable was kept");
    case "storage_degraded":
      return log.error({ error: event.error }, "new samples are refused until there is room");
    case "commits_lost":
      return log.error({ ...event }, "SQLite's log is damaged: acknowledged batches may be lost");
    case "storage_recovered":
      return log.info({}, "samples are stored again");
    case "block_cut":
      return log.info({ ...event }, "block cut");
    case "maintenance_failed":
      return log.error(
        { error: event.error },
        "maintenance of the store failed; it is tried again",
      );
    case "block_quarantined":
      return log.error({ ...event }, "a damaged block was put into quarantine");
    case "compaction_failed":
      return log.error({ ...event }, "merging blocks failed; it is tried again");
    case "clock_unsteady":
      return log.warn({ ...event }, "the clock jumped; nothing is deleted by age for a while");
    case "block_added":
    case "block_deleted":
    case "blocks_compacted":
      return log.debug({ ...event }, event.kind.replaceAll("_", " "));
  }
}
