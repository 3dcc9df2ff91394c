/**
 * The child of the kill test: appends batches to a store as fast as it can and reports, line by
 * line, which it is about to send and which were acknowledged. It never ends by itself.
 *
 * Batch n has one sample for each of the series `s<n % …>`; its value tells the batch, so the parent
 * can check every sample without being told more. Every other series is native histograms. A batch stands for 400 ms and a block for 10 s, so that
 * blocks are cut, compacted and series dropped while the process is killed.
 */
import { writeSync } from "node:fs";
import { labelsOfRecord } from "#model";
import { openStore } from "#tsdb";
import { taggedHistogram } from "./tagged-histogram.ts";

const [path = "", first = "0"] = process.argv.slice(2);
const BATCH_MS = 400;
const DAMAGE = ["head_salvaged", "commits_lost", "block_quarantined"];
const SERIES = 40;
const SERIES_PER_BATCH = 10;

let batch = Number(first);
const nowMs = (): number => 1_800_000_000_000 + batch * BATCH_MS;

const store = await openStore({
  path,
  clock: { nowMs, monotonicMs: () => performance.now() },
  options: {
    blockDurationMs: 10_000,
    outOfOrderWindowMs: 10_000,
    minFreeBytes: 0,
    commitDelayMs: 0,
    maintenanceMs: 20,
  },
  blockOptions: { compactionRangesMs: [40_000, 160_000] },
  observer: (event) => {
    if (DAMAGE.includes(event.kind)) {
      writeSync(1, `damage ${JSON.stringify(event)}\n`);
    }
  },
});

function send(number: number): Promise<void> {
  const refs = new Uint32Array(SERIES_PER_BATCH);
  const histograms = Array.from({ length: SERIES_PER_BATCH }, (_, i) => {
    const id = (number + i * 3) % SERIES;
    const labels = { __name__: "m", id: `${id}`, era: `${number >> 9}` };
    refs[i] = store.ensureSeries(labelsOfRecord(labels));
    return id % 2 === 0 ? undefined : taggedHistogram(number + 0.25);
  });
  return store
    .append({
      length: SERIES_PER_BATCH,
      refs,
      timestampsMs: new Float64Array(SERIES_PER_BATCH).fill(nowMs()),
      values: new Float64Array(SERIES_PER_BATCH).fill(number + 0.25),
      histograms,
    })
    .then((outcome) => {
      if (outcome.appended === SERIES_PER_BATCH) writeSync(1, `acknowledged ${number}\n`);
      else writeSync(1, `damage ${JSON.stringify(outcome)}\n`);
    });
}

writeSync(1, "ready\n");
for (;;) {
  // A few batches share a commit, and the next ones start before the last are acknowledged.
  const together: Promise<void>[] = [];
  for (let i = 0; i < 1 + (batch % 4); i++) {
    together.push(send(batch));
    batch += 1;
  }
  await Promise.all(together);
}
