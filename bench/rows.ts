import { credentialRow } from "./rows/credential.ts";
import { gatewayRow, gatewayTelemetryRow } from "./rows/gateway.ts";
import { importRow } from "./rows/import.ts";
import { nativeHistogramsRow } from "./rows/native-histograms.ts";
import { queryEngineRow } from "./rows/query-engine.ts";
import { queryFloorRow } from "./rows/query-floor.ts";
import { queryRangeRow } from "./rows/query-range.ts";
import { renderResultRow } from "./rows/render-result.ts";
import { scrapeRow } from "./rows/scrape.ts";
import { snapshotConcurrentRow } from "./rows/snapshot-concurrent.ts";
import { snapshotNeighbourRow } from "./rows/snapshot-neighbour.ts";
import { snapshotRow } from "./rows/snapshot.ts";
import type { BenchRow } from "./row.ts";

/** Every row, in the order of the table. */
export const benchRows: readonly BenchRow[] = [
  scrapeRow("scrape-100k", {
    seriesCount: 100_000,
    intervalSeconds: 2,
    warmUpSeconds: 12,
    measuredSeconds: 40,
    restart: false,
  }),
  scrapeRow("scrape-1m", {
    seriesCount: 1_000_000,
    intervalSeconds: 20,
    warmUpSeconds: 45,
    measuredSeconds: 60,
    restart: true,
  }),
  importRow,
  snapshotRow("snapshot-100k", {
    tenant: { name: "all", selector: '{__name__=~"exp_.+"}' },
    seriesCount: 100_000,
    goals: {
      time: "at most 1/20 of Prometheus",
      cpu: "at most 1/20 of Prometheus",
      memory: "below one body",
    },
  }),
  snapshotRow("snapshot-10k", {
    tenant: { name: "tenth", selector: '{tenant="t0"}' },
    seriesCount: 10_000,
    goals: { time: "lowest", cpu: "below 3 ms", memory: "below one body" },
  }),
  snapshotConcurrentRow,
  snapshotNeighbourRow,
  credentialRow,
  nativeHistogramsRow,
  renderResultRow,
  queryEngineRow,
  queryFloorRow,
  queryRangeRow,
  gatewayRow({
    name: "gateway-json",
    description: "a one-backend JSON endpoint",
    endpoint: { backend: [{ url_pattern: "/u/{id}" }] },
  }),
  gatewayRow({
    name: "gateway-merge",
    description: "three backends merged, beside nginx passing one on",
    endpoint: {
      backend: ["a", "b", "c"].map((group) => ({ url_pattern: "/u/{id}", group })),
    },
  }),
  gatewayRow({
    name: "gateway-no-op",
    description: "a no-op endpoint",
    endpoint: { output_encoding: "no-op", backend: [{ url_pattern: "/u/{id}" }] },
  }),
  gatewayTelemetryRow,
];
