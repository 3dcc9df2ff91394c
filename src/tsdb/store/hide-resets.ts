import type { SampleColumns } from "#model";
import { withUnknownReset } from "../histogram/reset-hint.ts";

/**
 * Takes back the word of a reset from the histograms at index `from` and after. What is stored says
 * where a counter began anew, so that no merge and no block claims the contrary; readers are told only
 * where it did not, as Prometheus' readers are (https://github.com/prometheus/prometheus/issues/15346):
 * else sums over series would warn of resets that happen all the time.
 */
export function hideResets({ histograms, length }: SampleColumns, from: number): void {
  if (histograms === null) return;
  for (let i = from; i < length; i++) {
    const histogram = histograms[i];
    if (histogram?.counterResetHint === "reset") histograms[i] = withUnknownReset(histogram);
  }
}
