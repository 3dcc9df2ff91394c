import type { Repair } from "../histogram/classic/classic-buckets.ts";
import { formatGeneral, formatTwoDigits } from "./format-float.ts";
import { goQuote } from "../syntax/go-quote.ts";
import type { HistogramNotes } from "./histogram-annotations.ts";

interface Repairs {
  readonly repair: Repair;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Collects over a whole query where counts of classic buckets fell; one note for each metric. */
export class MonotonicityNotes {
  readonly #byMetric = new Map<string, Repairs>();

  add(metricName: string, repair: Repair, timeMs: number): void {
    const known = this.#byMetric.get(metricName);
    this.#byMetric.set(metricName, {
      repair: {
        lowestBound: Math.min(repair.lowestBound, known?.repair.lowestBound ?? Infinity),
        highestBound: Math.max(repair.highestBound, known?.repair.highestBound ?? -Infinity),
        differenceMax: Math.max(repair.differenceMax, known?.repair.differenceMax ?? 0),
      },
      count: (known?.count ?? 0) + 1,
      firstMs: Math.min(timeMs, known?.firstMs ?? Infinity),
      lastMs: Math.max(timeMs, known?.lastMs ?? -Infinity),
    });
  }

  report({ annotations, position }: Omit<HistogramNotes, "metricName">): void {
    for (const [metricName, repairs] of this.#byMetric) {
      annotations.info(textOf(metricName, repairs), position);
    }
  }
}

const HELP = "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile";

function textOf(metricName: string, { repair, count, firstMs, lastMs }: Repairs): string {
  const metric = metricName === "" ? "" : ` for metric name ${goQuote(metricName)}`;
  const bounds = `from buckets ${formatGeneral(repair.lowestBound)} to ${formatGeneral(repair.highestBound)}`;
  const difference = `with a max diff of ${formatTwoDigits(repair.differenceMax)}`;
  return (
    `input to histogram_quantile needed to be fixed for monotonicity (see ${HELP})${metric}, ` +
    `${bounds}, ${difference}, over ${count} samples from ${timeText(firstMs)} to ${timeText(lastMs)}`
  );
}

/** RFC 3339 in UTC, whole seconds. */
function timeText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
