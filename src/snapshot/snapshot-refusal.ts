import { OperatingError } from "#lib/operating-error";

/** Why there is no body. Codes are stable. */
export type SnapshotRefusalCode =
  /** More series than one scrape may return. */
  | "series_per_scrape_limit"
  /** A body longer than one scrape may return. */
  | "body_bytes_limit"
  /** Dropping, renaming or escaping labels makes two series equal. */
  | "label_collision"
  /** The store is not open yet, or is closing. */
  | "not_ready"
  /** The request was given up. */
  | "canceled";

/**
 * A whole refusal. `message` may be shown to the tenant; `operatorDetail` may not, because it can
 * name labels that the entitlement hides.
 */
export class SnapshotRefusal extends OperatingError {
  declare readonly code: SnapshotRefusalCode;
  readonly operatorDetail: string | null;

  constructor(code: SnapshotRefusalCode, message: string, operatorDetail: string | null = null) {
    super(code, message);
    this.operatorDetail = operatorDetail;
  }
}
