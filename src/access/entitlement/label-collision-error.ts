import { OperatingError } from "#lib/operating-error";

/**
 * Two series look equal once labels are dropped or renamed, and both have samples at the same time.
 * `message` may be shown to the tenant; `operatorDetail` may not, as it names hidden labels.
 */
export class LabelCollisionError extends OperatingError {
  declare readonly code: "label_collision";
  readonly operatorDetail: string;

  constructor(seen: string, first: string, second: string) {
    super(
      "label_collision",
      `Two series would both appear as ${seen}: ask the operator to choose a merge rule for this entitlement (on_collision).`,
    );
    this.operatorDetail = `${first} and ${second} both appear as ${seen}`;
  }
}
