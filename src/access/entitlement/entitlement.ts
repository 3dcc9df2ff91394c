/** What to do where dropping or renaming labels makes two series equal. */
export type CollisionPolicy =
  /** The whole answer is refused with an error that names the pair. */
  | "refuse"
  /** The series become one, with the sum of their values. */
  | "sum"
  /** The series become one, with the largest of their values. */
  | "max";

/** One label under another name. */
export interface LabelRename {
  readonly from: string;
  readonly to: string;
}

/**
 * What a tenant may see: plain data, so that it can be stored, compared and sent to the engine's
 * thread. `compileEntitlement` makes it work. Without selectors it admits nothing.
 */
export interface Entitlement {
  /** PromQL vector selectors; a series is admitted when any of them holds. */
  readonly selectors: readonly string[];
  /** Labels that the tenant never sees. The metric's name cannot be dropped. */
  readonly dropLabels: readonly string[];
  /**
   * Applied to the labels as stored, all at once, so that two labels can be swapped. A label that
   * a rename's target covers is replaced. The metric's name takes no part.
   */
  readonly renameLabels: readonly LabelRename[];
  /** Samples older than this, in milliseconds, do not exist for the tenant; null: no bound. */
  readonly maxAgeMs: number | null;
  readonly onCollision: CollisionPolicy;
}

/** The entitlement of a tenant that was given none: it admits nothing. */
export const NO_ENTITLEMENT: Entitlement = {
  selectors: [],
  dropLabels: [],
  renameLabels: [],
  maxAgeMs: null,
  onCollision: "refuse",
};
