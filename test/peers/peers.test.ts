import { expect, test } from "vitest";
import { peerOrSkip, queryVector, startNodeExporter, startPrometheus } from "./index.ts";

test.for(["bookworm", "sid"] as const)(
  "Prometheus of %s scrapes node_exporter",
  { timeout: 300_000 },
  async (suite, { skip }) => {
    const prometheus = await peerOrSkip("prometheus", suite, skip);
    const exporter = await peerOrSkip("nodeExporter", suite, skip);
    await using node = await startNodeExporter(exporter);
    const target = node.url.replace("http://", "");
    await using server = await startPrometheus(
      prometheus,
      `scrape_configs: [{job_name: n, scrape_interval: 1s, static_configs: [{targets: ["${target}"]}]}]`,
    );
    await expect
      .poll(() => queryVector(server.url, "up == 1").then((v) => v.length), { timeout: 15_000 })
      .toBe(1);
  },
);
