import { compareUtf8, type Labels, labelsOf, METRIC_NAME } from "#model";
import { Fault } from "./fault.ts";

/**
 * Collects the labels of one series as they are read. Most targets write them in order already;
 * then the list is the label set, and nothing is sorted or copied.
 */
export class LabelCollector {
  /** Null where no name was given. */
  metricName: string | null = null;
  readonly #flat: string[] = [];
  #isSorted = true;

  /** `value` is not empty. */
  add(name: string, value: string): void {
    const last = this.#flat.at(-2);
    if (last !== undefined && compareUtf8(last, name) >= 0) this.#isSorted = false;
    this.#flat.push(name, value);
  }

  /** The labels with the metric's name among them, if there is one. */
  finish(position: number): Labels {
    const flat = this.#flat;
    if (this.metricName !== null) {
      const first = flat[0];
      // Upper case sorts before `__name__`, everything else that is common after it.
      const isFirst = first === undefined || compareUtf8(METRIC_NAME, first) < 0;
      if (isFirst) flat.unshift(METRIC_NAME, this.metricName);
      else this.add(METRIC_NAME, this.metricName);
    }
    return this.#isSorted ? (flat as readonly string[] as Labels) : sortedLabels(flat, position);
  }
}

function sortedLabels(flat: readonly string[], position: number): Labels {
  const pairs: [string, string][] = [];
  const seen = new Set<string>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? "";
    if (seen.has(name)) throw new Fault(position, `the label ${name} is given twice`);
    seen.add(name);
    pairs.push([name, flat[i + 1] ?? ""]);
  }
  return labelsOf(pairs);
}
