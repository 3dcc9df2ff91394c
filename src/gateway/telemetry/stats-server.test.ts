import { request } from "node:http";
import { expect, test } from "vitest";
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
  await using server = await startStatsServer(() => "{}\n", { host: "127.0.0.1", port: 0 });
  const answer = await ask(server.address.port, method, path);
  expect(answer).toMatchObject(expected);
  const added = ["cache-control", "access-control-allow-origin", "content-encoding", "server"];
  expect(Object.keys(answer.headers).filter((name) => added.includes(name))).toEqual([]);
});

test("a request target cannot inject into the redirect's body or headers", async () => {
  await using server = await startStatsServer(() => "{}\n", { host: "127.0.0.1", port: 0 });
  const { body, headers } = await ask(server.address.port, "GET", '/__stats/?"><b>');
  expect(body).not.toContain("<b>");
  expect(headers["location"]).toMatch(/^\/__stats\?/);
});

test("fails with the system's error where the port is taken", async () => {
  await using first = await startStatsServer(() => "", { host: "127.0.0.1", port: 0 });
  await expect(startStatsServer(() => "", first.address)).rejects.toThrow("EADDRINUSE");
});
