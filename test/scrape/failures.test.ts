import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { OperatingError } from "#lib/operating-error";
import type { ScrapeJobConfig, ScrapeLimits } from "#sources";
import {
  type Exporter,
  type Harness,
  jobConfig,
  startExporter,
  startHarness,
  TEXT,
  textAnswer,
} from "./scrape-fixture.ts";

const GOOD = 'a 1\nb{x="long value"} 2\n';

/** Scrapes a good body, then what `respond` gives, then the good body again. */
async function failBetween(
  respond: Exporter["respond"],
  overrides: Partial<ScrapeJobConfig> = {},
): Promise<Harness> {
  await using exporter = await startExporter(GOOD);
  const harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, ...overrides }));
  await harness.round();
  exporter.respond = respond;
  await harness.round();
  const failed = harness.error();
  exporter.respond = textAnswer(GOOD);
  await harness.round();
  expect(harness.error()).toBe("");
  harness.error = () => failed;
  return harness;
}

function limits(overrides: Partial<ScrapeLimits>): Partial<ScrapeJobConfig> {
  return { limits: { ...jobConfig().limits, ...overrides } };
}

interface Case {
  readonly what: string;
  readonly respond: Exporter["respond"];
  readonly code: string;
  readonly error: RegExp;
  /** What `scrape_samples_scraped` says of the failed scrape. */
  readonly scraped: number;
  readonly job?: Partial<ScrapeJobConfig>;
}

const cases: readonly Case[] = [
  {
    what: "another status than 200",
    respond: (_request, response) => {
      response.statusCode = 503;
      response.end("a 1\n");
    },
    code: "scrape_status",
    error: /^server returned HTTP status 503 Service Unavailable$/,
    scraped: 0,
  },
  {
    what: "201 with a good body",
    respond: (_request, response) => {
      response.writeHead(201, { "content-type": TEXT });
      response.end(GOOD);
    },
    code: "scrape_status",
    error: /201 Created/,
    scraped: 0,
  },
  {
    what: "no content type",
    respond: (_request, response) => response.end("a 1\n"),
    code: "scrape_content_type",
    error: /blank Content-Type and no fallback_scrape_protocol/,
    scraped: 0,
  },
  {
    what: "an unknown content type",
    respond: textAnswer("a 1\n", "application/json"),
    code: "scrape_content_type",
    error: /unsupported Content-Type "application\/json"/,
    scraped: 0,
  },
  {
    what: "garbage after good lines",
    respond: textAnswer("a 1\nc 7\n7&-\n"),
    code: "exposition_syntax",
    error: /^line 3/,
    scraped: 2,
  },
  {
    what: "OpenMetrics without its end",
    respond: textAnswer("a 1\n", "application/openmetrics-text; version=1.0.0"),
    code: "exposition_incomplete",
    error: /# EOF/,
    scraped: 1,
  },
  {
    what: "a connection that breaks half-way",
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT, "content-length": "1000" });
      response.write("a 1\nnever_stored 1\n");
      setTimeout(() => response.destroy(), 20);
    },
    code: "scrape_unreachable",
    error: /^Get "http:\/\/127/,
    scraped: 0,
  },
  {
    what: "gzip that is none",
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT, "content-encoding": "gzip" });
      response.end("a 1\n");
    },
    code: "scrape_encoding",
    error: /gzip/,
    scraped: 0,
  },
  {
    what: "gzip that ends too early",
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT, "content-encoding": "gzip" });
      response.end(gzipSync(GOOD).subarray(0, 20));
    },
    code: "scrape_encoding",
    error: /gzip/,
    scraped: 0,
  },
  {
    what: "more samples than the limit, all counted",
    respond: textAnswer(`${GOOD}c 3\nd 4\n`),
    code: "scrape_sample_limit",
    error: /^sample limit exceeded$/,
    scraped: 4,
    job: limits({ samplesMax: 2 }),
  },
  {
    what: "more labels than the limit",
    respond: textAnswer('a 1\nb{x="1",y="2"} 1\n'),
    code: "scrape_label_limit",
    error: /^label_limit exceeded \(metric: b, number of labels: 5, limit: 4\)$/,
    scraped: 1,
    job: limits({ labelsMax: 4 }),
  },
  {
    what: "a label name longer than the limit, in bytes",
    respond: textAnswer('{"a","äääääää"="1"} 1\n'),
    code: "scrape_label_limit",
    error: /^label_name_length_limit exceeded .*length: 14, limit: 12/,
    scraped: 0,
    job: limits({ labelNameBytesMax: 12 }),
  },
  {
    what: "a label value longer than the limit, in bytes",
    respond: textAnswer(`a{x="${"ä".repeat(20)}"} 1\n`),
    code: "scrape_label_limit",
    error: /^label_value_length_limit exceeded .*length: 40, limit: 30/,
    scraped: 0,
    job: limits({ labelValueBytesMax: 30 }),
  },
  {
    what: "a body of exactly the limit",
    respond: textAnswer("a 1\n".padEnd(100, "#")),
    code: "scrape_body_too_large",
    error: /^body size limit exceeded$/,
    scraped: 0,
    job: limits({ bodyBytesMax: 100 }),
  },
  {
    what: "a small gzip body that unfolds beyond the limit",
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT, "content-encoding": "gzip" });
      response.end(gzipSync("# comment\n".repeat(1_000_000)));
    },
    code: "scrape_body_too_large",
    error: /^body size limit exceeded$/,
    scraped: 0,
    job: limits({ bodyBytesMax: 100_000 }),
  },
];

test.for(cases)("$what: up 0, stale markers, and all is well again after", async (one) => {
  await using harness = await failBetween(one.respond, one.job);
  expect(harness.error()).toMatch(one.error);
  expect(harness.events.map((event) => event.errorCode)).toEqual([null, one.code, null]);
  expect(Object.values(harness.store.values())).toEqual([
    [1, "stale", 1],
    [2, "stale", 2],
  ]);
  expect(harness.store.report("up")).toEqual([1, 0, 1]);
  expect(harness.store.report("scrape_samples_scraped")).toEqual([2, one.scraped, 2]);
  expect(harness.store.report("scrape_series_added")[2]).toBe(0);
});

test("fallback_scrape_protocol reads what has no or an unknown type", async () => {
  await using exporter = await startExporter((_request, response) => response.end("a 1\n"));
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, fallbackScrapeProtocol: "PrometheusText0.0.4" }));
  await harness.round();
  exporter.respond = textAnswer("a 2\n", "text/html");
  await harness.round();
  expect(Object.values(harness.store.values())).toEqual([[1, 2]]);
});

test("a first scrape over the sample limit is undone when there are fewer again", async () => {
  await using exporter = await startExporter("a 1\nb 1\nc 1\n");
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: {} }];
  harness.apply(jobConfig({ staticConfigs, ...limits({ samplesMax: 2 }) }));
  await harness.round();
  exporter.respond = textAnswer("b 1\nc 2\n");
  await harness.round();
  expect(Object.values(harness.store.values())).toEqual([[1], [2]]);
  expect(harness.store.report("up")).toEqual([0, 1]);
});

test("nobody listening", async () => {
  const exporter = await startExporter(GOOD);
  await exporter[Symbol.asyncDispose]();
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  expect(harness.error()).toMatch(/ECONNREFUSED/);
  expect(harness.store.report("up")).toEqual([0]);
});

test("a store that refuses: the target says so, and nothing counts as stored", async () => {
  await using exporter = await startExporter(GOOD);
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  harness.store.failure = new OperatingError("storage_full", "the disk is full: make room");
  exporter.respond = textAnswer("a 5\n");
  await harness.round();
  expect(harness.error()).toBe("the disk is full: make room");
  harness.store.failure = null;
  await harness.round();
  // The marker for b was lost with the batch and comes with the next one.
  expect(Object.values(harness.store.values())).toEqual([
    [1, 5],
    [2, "stale"],
  ]);
});

test("a store without room for another series fails the scrape, not the scraper", async () => {
  await using exporter = await startExporter(GOOD);
  await using harness = startHarness();
  harness.store.seriesMax = 6;
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  expect(harness.events.at(-1)?.errorCode).toBe("series_limit");
  harness.store.seriesMax = 100;
  await harness.round();
  expect(harness.error()).toBe("");
});

test("series that the store has dropped from memory are resolved anew", async () => {
  await using exporter = await startExporter(GOOD);
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [exporter.address], labels: {} }] }));
  await harness.round();
  harness.store.forgetAll();
  await harness.round();
  await harness.round();
  expect(Object.values(harness.store.values())).toEqual([
    [1, 1, 1],
    [2, 2, 2],
  ]);
  expect(harness.store.report("up")).toEqual([1, 1, 1]);
});

test("extra_scrape_metrics: timeout, limit, and the body's size or why there is none", async () => {
  await using harness = await failBetween(textAnswer(GOOD.repeat(5)), {
    extraScrapeMetrics: true,
    ...limits({ bodyBytesMax: 60, samplesMax: 7 }),
  });
  expect(harness.store.report("scrape_timeout_seconds")).toEqual([10, 10, 10]);
  expect(harness.store.report("scrape_sample_limit")).toEqual([7, 7, 7]);
  const size = Buffer.byteLength(GOOD);
  expect(harness.store.report("scrape_body_size_bytes")).toEqual([size, -1, size]);
});
