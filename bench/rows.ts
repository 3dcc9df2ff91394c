import type { BenchRow } from "./row.ts";
import { scrapeRow } from "./rows/scrape.ts";
import { snapshotRow } from "./rows/snapshot.ts";

/** Every row, in the order of the table. */
export const benchRows: readonly BenchRow[] = [
  scrapeRow("scrape-100k", {
    seriesCount: 100_000,
    intervalSeconds: 2,
    warmUpSeconds: 12,
    measuredSeconds: 40,
  }),
  scrapeRow("scrape-1m", {
    seriesCount: 1_000_000,
    intervalSeconds: 20,
    warmUpSeconds: 45,
    measuredSeconds: 60,
  }),
  snapshotRow,
];
