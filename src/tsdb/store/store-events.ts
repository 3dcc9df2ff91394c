import type { OperatingError } from "#lib/operating-error";
import type { BlockEvent } from "../block/block-observer.ts";
import type { BlockMeta } from "../block/block-meta.ts";
import type { Salvaged } from "../wal/salvage.ts";

/** What happens in the store, for logs and metrics. */
export type StoreEvent =
  | BlockEvent
  | {
      readonly kind: "opened";
      readonly series: number;
      readonly samples: number;
      readonly orphanedSamples: number;
      readonly durationMs: number;
    }
  /** The log was damaged: what could be read is in a new one, the old file is in quarantine. */
  | ({ readonly kind: "head_salvaged"; readonly code: "head_corrupt" } & Salvaged)
  /** Part of SQLite's own log was damaged: at least so many commits before the last restart are lost. */
  | {
      readonly kind: "commits_lost";
      readonly code: "head_corrupt";
      readonly commits: number;
      /** A copy of the damaged file. */
      readonly quarantined: string;
    }
  | { readonly kind: "storage_degraded"; readonly error: OperatingError }
  | { readonly kind: "storage_recovered" }
  | {
      readonly kind: "block_cut";
      readonly block: BlockMeta | null;
      readonly seriesDropped: number;
      readonly durationMs: number;
    }
  | { readonly kind: "maintenance_failed"; readonly error: unknown };

export type StoreObserver = (event: StoreEvent) => void;
