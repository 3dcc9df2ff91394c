/**
 * The child of the kill tests: `write` writes blocks one after the other and reports each that is
 * durable; `compact` merges what is in the folder; `import` imports a file. It is killed at any time.
 */
import { writeSync } from "node:fs";
import { createScrapeParser } from "#exposition";
import { importOpenMetrics } from "#tsdb";
import { openSampleSet, writeSampleBlock } from "./blocks-sample-data.ts";

const [mode, folder = "", argument = ""] = process.argv.slice(2);
const HOUR_MS = 3_600_000;

writeSync(1, "ready\n");
if (mode === "write") {
  for (let block = Number(argument); ; block++) {
    await writeSampleBlock(folder, block);
    writeSync(1, `written ${block}\n`);
  }
} else if (mode === "compact") {
  const set = await openSampleSet(
    folder,
    (event) => {
      if (event.kind !== "block_added") writeSync(1, `${event.kind}\n`);
    },
    { compactionRangesMs: [2 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS] },
  );
  await set.maintain();
  await set.close();
  writeSync(1, "finished\n");
} else {
  const outcome = await importOpenMetrics({
    input: argument,
    dataFolder: folder,
    limits: { memoryBytesMax: 4 << 20, blockRangeMs: HOUR_MS * 4 },
    createParser: (sink) => {
      const parser = createScrapeParser({
        resolveSeries: (labels, metadata) => sink.resolveSeries(labels, metadata),
        sample: (token, value, timestampMs) => sink.sample(token, value, timestampMs),
        metadataChanged: (token, metadata) => sink.metadataChanged(token, metadata),
        exemplar: () => {},
      });
      parser.begin("openmetrics-1.0.0");
      return parser;
    },
  });
  writeSync(1, `resumed from ${outcome.resumedFrom}\nfinished\n`);
}
