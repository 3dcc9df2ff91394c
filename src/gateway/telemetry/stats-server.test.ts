import { request } from "node:http";
import { expect, test } from "vitest";
import { createHttpTelemetry, type HttpServer } from "#http";
import { silentLogger } from "#lib/logger";
import { createRegistry } from "#telemetry";
import { startStatsServer } from "./stats-server.ts";

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(port: number, method: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, method, path, agent: false }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
    })
      .once("error", reject)
      .end();
  });
}

function startStats(port = 0): Promise<HttpServer> {
  return startStatsServer({
    listen: { kind: "tcp", host: "127.0.0.1", port },
    document: () => "{}\n",
    log: silentLogger,
    telemetry: createHttpTelemetry(createRegistry()),
  });
}

function portOf({ listen }: HttpServer): number {
  return listen.kind === "tcp" ? listen.port : 0;
}

const REDIRECT = {
  status: 301,
  headers: { location: "/__stats", "content-type": "text/html; charset=utf-8" },
  body: '<a href="/__stats">Moved Permanently</a>.\n\n',
};
const NOT_ALLOWED = {
  status: 405,
  headers: { "content-type": "text/plain", allow: "GET" },
  body: "405 method not allowed",
};
const NOT_FOUND = {
  status: 404,
  headers: { "content-type": "text/plain" },
  body: "404 page not found",
};
const DOCUMENT = {
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8", "transfer-encoding": "chunked" },
  body: "{}\n",
};

test.each([
  ["GET", "/__stats", DOCUMENT],
  ["GET", "/__stats?x=1", DOCUMENT],
  ["GET", "/__stats/", REDIRECT],
  ["GET", "/__STATS", REDIRECT],
  ["GET", "//__stats", REDIRECT],
  ["GET", "/a/../__Stats/", REDIRECT],
  ["GET", "/__stats/?x=1", { status: 301, headers: { location: "/__stats?x=1" } }],
  ["HEAD", "/__stats", { ...NOT_ALLOWED, body: "" }],
  ["POST", "/__stats", NOT_ALLOWED],
  ["PUT", "/__stats", NOT_ALLOWED],
  ["OPTIONS", "/__stats", NOT_ALLOWED],
  ["POST", "/__stats/", NOT_FOUND],
  ["GET", "/", NOT_FOUND],
  ["GET", "/__health", NOT_FOUND],
  ["DELETE", "/x", NOT_FOUND],
] as const)("%s %s", async (method, path, expected) => {
  await using server = await startStats();
  const answer = await ask(portOf(server), method, path);
  expect(answer).toMatchObject(expected);
  const added = ["cache-control", "access-control-allow-origin", "content-encoding", "server"];
  expect(Object.keys(answer.headers).filter((name) => added.includes(name))).toEqual([]);
});

test("a request target cannot inject into the redirect's body or headers", async () => {
  await using server = await startStats();
  const { body, headers } = await ask(portOf(server), "GET", '/__stats/?"><b>');
  expect(body).not.toContain("<b>");
  expect(headers["location"]).toMatch(/^\/__stats\?/);
});

test("fails where the port is taken", async () => {
  await using first = await startStats();
  await expect(startStats(portOf(first))).rejects.toMatchObject({ code: "address_in_use" });
});
