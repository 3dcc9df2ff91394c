import type { BlockInfo } from "./block-meta.ts";

/** What happens to blocks, for logs and metrics. */
export type BlockEvent =
  | { readonly kind: "block_added"; readonly block: BlockInfo }
  /** The file was moved into the quarantine folder. `code` is stable, `reason` says what was found. */
  | {
      readonly kind: "block_quarantined";
      readonly fileName: string;
      readonly code: "block_corrupt";
      readonly reason: string;
    }
  | {
      readonly kind: "block_deleted";
      readonly block: BlockInfo;
      readonly because: "retention_time" | "retention_size" | "replaced";
    }
  | {
      readonly kind: "blocks_compacted";
      readonly parents: readonly BlockInfo[];
      readonly child: BlockInfo;
      readonly durationMs: number;
    }
  | { readonly kind: "compaction_failed"; readonly message: string }
  /** The wall clock jumped: nothing is deleted by age until it has been steady for a while. */
  | { readonly kind: "clock_unsteady"; readonly jumpMs: number };

export type BlockObserver = (event: BlockEvent) => void;
