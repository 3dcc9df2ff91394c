/**
 * The history that imports and range queries are measured on: 5,000 series over 6 h at 15 s
 * (7.2 million samples), 40 counter and 10 gauge families of 100 series each, as OpenMetrics text.
 * Generated from a seed, so that every run and every system sees the same numbers.
 */
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { once } from "node:events";
import { seededRandom } from "./seeded-random.ts";

const familiesCount = 50;
const counterFamilies = 40;
const seriesPerFamily = 100;
const stepSeconds = 15;

export interface HistoryFile {
  readonly path: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly samples: number;
}

/** Writes the file unless it is there; the history ends at a full two hours in the recent past. */
export async function historyFile(folder: string, hours: number): Promise<HistoryFile> {
  const endSeconds = Math.floor(Date.now() / 1000 / 7200) * 7200;
  const startSeconds = endSeconds - hours * 3600;
  const path = `${folder}/history-${startSeconds}-${endSeconds}.om`;
  const samples =
    familiesCount * seriesPerFamily * Math.floor((endSeconds - startSeconds) / stepSeconds + 1);
  if (!existsSync(path)) await write(path, startSeconds, endSeconds);
  return { path, startSeconds, endSeconds, samples };
}

async function write(path: string, startSeconds: number, endSeconds: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const stream = createWriteStream(`${path}.part`, { highWaterMark: 1 << 22 });
  const random = seededRandom(12_345);
  for (let family = 0; family < familiesCount; family++) {
    const isCounter = family < counterFamilies;
    const name = isCounter ? `bench_requests${family}` : `bench_gauge${family}`;
    stream.write(`# TYPE ${name} ${isCounter ? "counter" : "gauge"}\n`);
    for (let i = 0; i < seriesPerFamily; i++) {
      const prefix = `${name}${isCounter ? "_total" : ""}{host="host-${i}:9100",service="job${i % 5}",tenant="t${i % 10}",zone="z${i % 3}"} `;
      let text = "";
      let total = 0;
      for (let t = startSeconds; t <= endSeconds; t += stepSeconds) {
        total += Math.floor(random() * 100);
        const value = isCounter ? total : (Math.sin(t / 1000 + i) * 100 + random() * 10).toFixed(3);
        text += `${prefix}${value} ${t}\n`;
      }
      if (!stream.write(text)) await once(stream, "drain");
    }
  }
  stream.end("# EOF\n");
  await once(stream, "finish");
  await rename(`${path}.part`, path);
}
