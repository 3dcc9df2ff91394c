import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Answer, renderJson, renderResult } from "#results";
import { pythonOrSkip, runPython } from "./python.ts";
import { anyValue, anyVector } from "./vector-arbitrary.ts";

const SEED = 20261128;
const times = fc.oneof(
  fc.constantFrom(1_681_837_357_000, 1_681_837_357_781, 1_700_000_000_250, 1_700_000_000_010),
  fc.integer({ min: 0, max: 4e12 }),
);
const vectors: readonly Answer[] = fc
  .sample(fc.tuple(anyVector, times), { seed: SEED, numRuns: 12 })
  .map(([series, timeMs]) => ({ type: "vector", timeMs, series }));

function bytesOf(chunks: Iterable<Uint8Array>): Buffer {
  return Buffer.concat([...chunks]);
}

function jsonOf(value: Answer): string {
  return bytesOf(renderJson({ value, annotations: [] }, { query: "" })).toString();
}

function csvOf(value: Answer): Buffer {
  return bytesOf(renderResult({ value, annotations: [] }, { format: "csv" }, { query: "" }));
}

/** The published script, from the folder that the documents lie in; null where there is none. */
function publishedScript(): string | null {
  const folder = join(process.env["GAUGEWAY_SHARED_DATA"] ?? "../shared/data", "../seeds");
  if (!existsSync(folder)) return null;
  const document = readdirSync(folder).find((file) => file.startsWith("002_"));
  if (document === undefined) return null;
  const text = readFileSync(join(folder, document), "utf8");
  return /```python\n([\s\S]*?)```/.exec(text)?.[1] ?? null;
}

test(
  "CSV of a vector is what the script that customers have writes",
  { timeout: 120_000 },
  async ({ skip }) => {
    const script = publishedScript();
    if (script === null) return skip("needs the document with the script");
    await pythonOrSkip(["requests"], skip);
    let body = "";
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? "");
      response.setHeader("content-type", "application/json").end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const { port } = server.address() as AddressInfo;
      const program = script.replace(/https:\/\/[^/]+/, `http://id:secret@127.0.0.1:${port}`);
      expect(program).not.toBe(script);
      for (const vector of vectors) {
        body = jsonOf(vector);
        const theirs = await runPython(program, ["up"]);
        expect(csvOf(vector).toString()).toBe(theirs.toString());
      }
      expect(paths).toHaveLength(vectors.length);
      expect(paths[0]).toContain("/api/v1/query?query=up");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

/** Rows as Python makes them of the JSON, by its own csv module. */
const LONG_ROWS = `
import csv, json, sys
results = [json.loads(line)["data"]["result"] for line in sys.stdin.read().split("\\n") if line]
writer = csv.writer(sys.stdout)
for result in results:
    names = sorted(set().union(*[set(series["metric"]) for series in result]) - {"__name__"})
    writer.writerow(["name", "timestamp", "value"] + names)
    for series in result:
        labels = series["metric"]
        for time, value in series.get("values") or [series["value"]]:
            cells = [labels.get(name, "") for name in names]
            writer.writerow([labels.get("__name__", ""), time, value] + cells)
`;

test("rows of vectors and matrices are what Python's csv makes of the JSON", async ({ skip }) => {
  await pythonOrSkip(["csv"], skip);
  const count = 7;
  const matrices = fc
    .sample(fc.tuple(anyVector, fc.infiniteStream(fc.tuple(fc.boolean(), anyValue)), times), {
      seed: SEED,
      numRuns: 8,
    })
    .map(([vector, points, startMs]): Answer => {
      const series = vector.map(({ labels }) => {
        const column = [...points.take(count)];
        // One point at least: a series without any is none.
        const kinds = Uint8Array.from(column, ([isThere], i) => (isThere || i === 2 ? 1 : 0));
        const values = Float64Array.from(column, ([, value]) => value);
        const pointCount = kinds.reduce((sum, kind) => sum + kind, 0);
        return { labels, dropsName: false, kinds, values, histograms: null, pointCount };
      });
      return { type: "matrix", grid: { startMs, stepMs: 250, count }, series };
    });
  const answers = [...vectors, ...matrices];
  const theirs = await runPython(LONG_ROWS, [], answers.map(jsonOf).join("\n"));
  expect(Buffer.concat(answers.map(csvOf)).toString()).toBe(theirs.toString());
});
