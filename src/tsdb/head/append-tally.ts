import type { AppendOutcome, RejectReason } from "#model";

/** Counts what becomes of a batch while it is taken in. */
export class AppendTally {
  appended = 0;
  unchanged = 0;
  readonly rejected: Record<RejectReason, number> = {
    duplicate: 0,
    too_old: 0,
    too_far_in_future: 0,
    unknown_series: 0,
  };
  #first: AppendOutcome["firstRejected"] = null;

  reject(index: number, reason: RejectReason): void {
    this.rejected[reason] += 1;
    this.#first ??= { index, reason };
  }

  outcome(): AppendOutcome {
    return {
      appended: this.appended,
      unchanged: this.unchanged,
      rejected: this.rejected,
      firstRejected: this.#first,
    };
  }
}
