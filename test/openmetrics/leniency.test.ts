/** The scrape parser beside Prometheus itself: the same mutated documents, the same verdicts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import {
  contentTypes,
  createScrapeParser,
  ExpositionError,
  type ExpositionFormat,
} from "#exposition";
import { documents, mutated, randomFrom } from "../fuzz/exposition-mutations.ts";
import { peerOrSkip, queryVector, startPrometheus } from "../peers/index.ts";

interface Served {
  readonly format: ExpositionFormat;
  readonly bytes: Uint8Array;
}

/** A NUL byte ends a text body silently in Prometheus, and is refused by us. */
function servedDocuments(count: number): Served[] {
  const random = randomFrom(11);
  return documents.flatMap(([format, document]) => {
    const source = new TextEncoder().encode(document);
    return Array.from({ length: count }, () => mutated(source, random))
      .filter((bytes) => !bytes.includes(0))
      .map((bytes) => ({ format, bytes }));
  });
}

/** The number of samples, or null where the document is refused. */
function samplesRead({ format, bytes }: Served): number | null {
  let samples = 0;
  const parser = createScrapeParser({
    resolveSeries: () => 0,
    sample: () => (samples += 1),
    exemplar: () => {},
    metadataChanged: () => {},
  });
  try {
    parser.begin(format);
    parser.push(bytes);
    parser.end();
    return samples;
  } catch (error) {
    if (error instanceof ExpositionError) return null;
    throw error;
  }
}

async function serve(served: readonly Served[]) {
  const server = createServer((request, response) => {
    const one = served[Number(request.url?.slice(1))];
    response.setHeader("content-type", one === undefined ? "text/plain" : contentTypes[one.format]);
    response.end(one?.bytes ?? "");
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}

test("takes and refuses what Prometheus 3 does", { timeout: 120_000 }, async ({ skip }) => {
  const prometheus = await peerOrSkip("prometheus", "sid", skip);
  const served = servedDocuments(250);
  await using targets = await serve(served);
  const configs = served.map((_, i) => ({
    targets: [`127.0.0.1:${targets.port}`],
    labels: { __metrics_path__: `/${i}`, document: String(i) },
  }));
  const job = {
    job_name: "documents",
    scrape_interval: "5s",
    // Old samples are left out before their labels are looked at.
    honor_timestamps: false,
    static_configs: configs,
  };
  await using server = await startPrometheus(prometheus, JSON.stringify({ scrape_configs: [job] }));
  const query = 'scrape_samples_scraped and on(document) (up{document!=""} == 1) or up == 0';
  const poll = { timeout: 60_000, interval: 500 };
  await expect
    .poll(async () => (await queryVector(server.url, 'up{document!=""}')).length, poll)
    .toBe(served.length);
  const verdicts = new Map<string, number | null>();
  for (const { metric, value } of await queryVector(server.url, query)) {
    const isUp = metric["__name__"] === "scrape_samples_scraped";
    verdicts.set(metric["document"] ?? "", isUp ? Number(value[1]) : null);
  }
  const differences = served
    .map((one, i) => ({
      ours: samplesRead(one),
      theirs: verdicts.get(String(i)),
      format: one.format,
      document: new TextDecoder().decode(one.bytes),
    }))
    .filter(({ ours, theirs }) => ours !== theirs);
  expect(differences).toEqual([]);
  expect([...verdicts.values()].filter((verdict) => verdict !== null).length).toBeGreaterThan(50);
});
