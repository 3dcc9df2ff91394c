import { HttpRefusal } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import type { StatusDeps } from "./installation-facts.ts";
import { OPERATOR_ACCESS } from "./query-access.ts";

const ENTRIES_DEFAULT = 10;
const ENTRIES_MAX = 10_000;
/** What an empty store answers in Prometheus: the ends of 64 bits, which JSON numbers hold as text only. */
const NO_MIN_TIME = "9223372036854775807";
const NO_MAX_TIME = "-9223372036854775808";

/** `/api/v1/status/tsdb`: how many series there are in memory, and what they have most of. */
export function getTsdbStatus(deps: StatusDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/tsdb"],
    surface: SURFACES.query,
    access: OPERATOR_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Counts of what is in memory: series, label pairs, the largest of each.",
    async handler(request) {
      const known = await deps.headStatistics(readEntriesMax(request.query));
      const head = [
        `"numSeries":${known.series}`,
        `"numLabelPairs":${known.labelPairs}`,
        `"chunkCount":${known.chunks}`,
        `"minTime":${known.minMs ?? NO_MIN_TIME}`,
        `"maxTime":${known.maxMs ?? NO_MAX_TIME}`,
      ];
      const data = [
        `"headStats":{${head.join(",")}}`,
        `"seriesCountByMetricName":${list(known.seriesCountByMetricName)}`,
        `"labelValueCountByLabelName":${list(known.labelValueCountByLabelName)}`,
        `"memoryInBytesByLabelName":${list(known.memoryInBytesByLabelName)}`,
        `"seriesCountByLabelValuePair":${list(known.seriesCountByLabelValuePair)}`,
      ];
      return {
        status: 200,
        headers: { "content-type": "application/json", "cache-control": "no-store" },
        body: `{"status":"success","data":{${data.join(",")}}}`,
      };
    },
  };
}

function list(entries: readonly { readonly name: string; readonly count: number }[]): string {
  return JSON.stringify(entries.map(({ name, count }) => ({ name, value: count })));
}

function readEntriesMax(query: string): number {
  const text = new URLSearchParams(query).get("limit") ?? "";
  if (text === "") return ENTRIES_DEFAULT;
  const limit = Number(text);
  if (/^[+-]?\d+$/.test(text) && limit >= 1 && limit <= ENTRIES_MAX) return limit;
  throw new HttpRefusal(
    "bad_data",
    /^[+-]?\d+$/.test(text) && limit > ENTRIES_MAX
      ? `limit must not exceed ${ENTRIES_MAX}`
      : "limit must be a positive number",
  );
}
