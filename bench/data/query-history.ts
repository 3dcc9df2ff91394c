import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { labelPairs, labelValue, METRIC_NAME } from "../../src/model/index.ts";
import { dashboardSeries, type MemorySeries, podSeries } from "./memory-series.ts";

/** The data of query-set.ts as OpenMetrics text, for servers to import. */
export interface QueryHistory {
  readonly path: string;
  readonly endMs: number;
  readonly samples: number;
}

const twoHoursMs = 7_200_000;

/** Writes the file unless it is there; the history ends at a full two hours in the recent past. */
export async function queryHistory(folder: string): Promise<QueryHistory> {
  const endMs = Math.floor(Date.now() / twoHoursMs) * twoHoursMs;
  const path = `${folder}/queries-${endMs}.om`;
  const all = [...dashboardSeries(endMs), ...podSeries(endMs)];
  const samples = all.reduce((sum, { values }) => sum + values.length, 0);
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    await write(path, all);
  }
  return { path, endMs, samples };
}

async function write(path: string, all: readonly MemorySeries[]): Promise<void> {
  const stream = createWriteStream(`${path}.part`, { highWaterMark: 1 << 22 });
  for (const [name, family] of Map.groupBy(all, ({ labels }) => labelValue(labels, METRIC_NAME))) {
    stream.write(header(name));
    for (const series of family) if (!stream.write(lines(series))) await once(stream, "drain");
  }
  stream.end("# EOF\n");
  await once(stream, "finish");
  await rename(`${path}.part`, path);
}

/** Buckets without their sums and counts are no histogram, but as good as any series to measure on. */
function header(name: string): string {
  if (name.endsWith("_total")) return `# TYPE ${name.slice(0, -"_total".length)} counter\n`;
  return `# TYPE ${name} ${name.endsWith("_bucket") ? "unknown" : "gauge"}\n`;
}

function lines({ labels, timestampsMs, values }: MemorySeries): string {
  const pairs = Array.from(labelPairs(labels)).filter(([label]) => label !== METRIC_NAME);
  const name = labelValue(labels, METRIC_NAME);
  const prefix = `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(",")}} `;
  let text = "";
  for (let i = 0; i < values.length; i++) {
    text += `${prefix}${values[i]} ${((timestampsMs[i] as number) / 1000).toFixed(3)}\n`;
  }
  return text;
}
