import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type SampleToWrite, writeExposition } from "#exposition";
import { peerOrSkip } from "../peers/index.ts";
import { cleanData, messyData } from "./documents.ts";

/** Documents of every kind that our writer makes, the same ones in each run. */
const dataSets: readonly SampleToWrite[][] = [
  ...fc.sample(cleanData, { numRuns: 150, seed: 3 }),
  ...fc.sample(messyData, { numRuns: 150, seed: 4 }),
];

/** Reads documents as JSON strings, line by line, and prints each one's verdict. */
const strictPython = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for line in sys.stdin:
    try:
        list(text_string_to_metric_families(json.loads(line)))
        print("valid")
    except Exception as error:
        print(repr(error))
`;

test("the Python client's strict parser takes our OpenMetrics", async ({ skip }) => {
  const client = await peerOrSkip("pythonPrometheusClient", "bookworm", skip);
  const documents = dataSets.map((samples) =>
    new TextDecoder().decode(
      writeExposition(samples, { format: "openmetrics-1.0.0", escaping: "underscores" }),
    ),
  );
  const input = documents.map((document) => JSON.stringify(document)).join("\n");
  const { stdout, stderr, error } = spawnSync("python3", ["-c", strictPython], {
    input,
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: client.path, PYTHONUTF8: "1" },
    timeout: 60_000,
  });
  if (error !== undefined) skip(`python3 does not run here: ${error.message}`);
  expect(stderr).toBe("");
  const refused = stdout
    .trimEnd()
    .split("\n")
    .map((verdict, i) => ({ verdict, document: documents[i] }))
    .filter(({ verdict }) => verdict !== "valid");
  expect(refused).toEqual([]);
});

test("promtool check metrics takes our Prometheus text", async ({ skip }) => {
  const promtool = await peerOrSkip("promtool", "bookworm", skip);
  // A process for each document: every seventh is enough.
  const some = dataSets.filter((_, i) => i % 7 === 0);
  const refused = some.flatMap((samples) => {
    const input = writeExposition(samples, { format: "text-0.0.4", escaping: "underscores" });
    const { status, stderr } = spawnSync(promtool.path, ["check", "metrics"], {
      input,
      encoding: "utf8",
      timeout: 60_000,
    });
    // 0 is clean, 3 is «valid, but the linter has remarks».
    return status === 0 || status === 3
      ? []
      : [{ status, stderr, document: new TextDecoder().decode(input) }];
  });
  expect(refused).toEqual([]);
});
