import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createGzip } from "node:zlib";
import {
  type Exporter,
  jobConfig,
  startExporter,
  startHarness,
  TEXT,
  until,
} from "./scrape-fixture.ts";

/** Real time: how long a hostile target may keep a scrape. */
const TIMEOUT_MS = 400;

interface Attack {
  readonly what: string;
  readonly error: RegExp;
  readonly respond: Exporter["respond"];
}

function endless(response: import("node:http").ServerResponse, chunk: () => string | Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk()));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

let line = 0;

const attacks: readonly Attack[] = [
  { what: "never answers", error: /context deadline exceeded/, respond: () => undefined },
  {
    what: "trickles its body",
    error: /context deadline exceeded/,
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT });
      const timer = setInterval(() => response.write("a"), 10);
      response.once("close", () => clearInterval(timer));
    },
  },
  {
    what: "sends an endless line",
    error: /line 1, column \d+: the line is longer than 1048576 bytes/,
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT });
      endless(response, () => "a".repeat(65_536));
    },
  },
  {
    what: "sends endless new series",
    error: /sample limit exceeded|context deadline exceeded/,
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT });
      endless(response, () => {
        let text = "";
        for (let i = 0; i < 100; i++) text += `m{n="${line++}"} 1\n`;
        return text;
      });
    },
  },
  {
    what: "sends a gzip bomb",
    error: /body size limit exceeded|context deadline exceeded/,
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": TEXT, "content-encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      const comment = Buffer.from("# zero\n".repeat(10_000));
      const write = (): void => {
        while (!response.destroyed && gzip.write(comment));
        if (!response.destroyed) gzip.once("drain", write);
      };
      response.once("close", () => gzip.destroy());
      write();
    },
  },
  {
    what: "redirects to itself for ever",
    error: /^stopped after 10 redirects$/,
    respond: (request, response) => {
      response.writeHead(302, { location: `${request.url ?? ""}x` });
      response.end();
    },
  },
  {
    what: "redirects to a file",
    error: /no HTTP URL/,
    respond: (_request, response) => {
      response.writeHead(302, { location: "file:///etc/passwd" });
      response.end();
    },
  },
  {
    what: "refuses with an endless body",
    error: /HTTP status 500/,
    respond: (_request, response) => {
      response.writeHead(500, { "content-type": TEXT });
      endless(response, () => "a".repeat(65_536));
    },
  },
];

test.for(attacks)("a target that $what fails alone", async ({ respond, error }) => {
  await using good = await startExporter("a 1\n");
  await using bad = await startExporter(respond);
  const limits = { samplesPerScrapeMax: 20_000, bodyBytesMax: 50_000_000 };
  await using harness = startHarness({ limits });
  const hostile = { jobName: "hostile", scrapeTimeoutMs: TIMEOUT_MS };
  harness.apply(
    jobConfig({ ...hostile, staticConfigs: [{ targets: [bad.address], labels: {} }] }),
    jobConfig({ jobName: "good", staticConfigs: [{ targets: [good.address], labels: {} }] }),
  );
  const isDone = (jobName: string): boolean =>
    harness.events.some((event) => event.jobName === jobName);
  await until(() => harness.time.sleeping === 2, "both targets wait");
  harness.time.advance(10_000);
  await until(() => isDone("good") && isDone("hostile"), "both are scraped");
  const targets = harness.manager.targets().activeTargets;
  expect(targets.map((target) => target.health)).toEqual(["down", "up"]);
  expect(targets[0]?.lastError).toMatch(error);
  expect(Object.keys(harness.store.values())).toEqual([
    `a{instance="${good.address}", job="good"}`,
  ]);
  expect(harness.store.report("up").filter((up) => up === 1)).toHaveLength(1);
});

test("a slow target is not asked again while it is still being asked", async () => {
  await using slow = await startExporter(() => undefined);
  await using harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [slow.address], labels: {} }] }));
  await until(() => harness.time.sleeping === 1, "the target waits");
  for (let i = 0; i < 5; i++) {
    harness.time.advance(10_000);
    await until(() => slow.requests.length > 0, "the target is asked");
  }
  expect(slow.requests).toHaveLength(1);
});

test.for([
  ["endless headers", (socket: Socket) => writeForever(socket, "x-a: b\r\n")],
  ["one endless header", (socket: Socket) => writeForever(socket, "aaaaaaaaaaaaaaaa")],
] as const)("%s end the scrape", async ([, attack]) => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nx-first: ");
      attack(socket);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await using harness = startHarness();
    harness.apply(jobConfig({ staticConfigs: [{ targets: [address], labels: {} }] }));
    await harness.round();
    expect(harness.error()).toMatch(/Headers Overflow/i);
  } finally {
    server.close();
  }
});

function writeForever(socket: Socket, text: string): void {
  const chunk = text.repeat(1000);
  const write = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once("drain", write);
  };
  write();
}

test("shutting down ends a scrape under way at once and stores nothing of it", async () => {
  await using slow = await startExporter((_request, response) => {
    response.writeHead(200, { "content-type": TEXT });
    response.write("a 1\n");
  });
  const harness = startHarness();
  harness.apply(jobConfig({ staticConfigs: [{ targets: [slow.address], labels: {} }] }));
  await until(() => harness.time.sleeping === 1, "the target waits");
  harness.time.advance(10_000);
  await until(() => slow.requests.length > 0, "the target is asked");
  await harness.manager[Symbol.asyncDispose]();
  expect(harness.store.batches).toEqual([]);
});
