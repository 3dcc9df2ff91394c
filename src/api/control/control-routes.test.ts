import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeControl } from "../../../test/fakes/fake-control.ts";
import { startTestServer, type TestServer } from "../../../test/fakes/http-test-server.ts";
import { createControlRoutes } from "../create-control-routes.ts";
import { CONTROL_SURFACES } from "../surfaces.ts";

let folder = "";
let started: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-control-"));
  started = await startTestServer({
    routes: createControlRoutes(fakeControl()),
    surfaces: CONTROL_SURFACES,
    listen: { kind: "unix", path: join(folder, "control.sock") },
  });
});

afterAll(async () => {
  await started.server.close(0);
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly complete: boolean;
}

function ask(method: string, path: string, body = ""): Promise<Answer> {
  return new Promise((resolve) => {
    const socketPath = join(folder, "control.sock");
    httpRequest({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      const done = () =>
        resolve({ status: response.statusCode ?? 0, body: text, complete: response.complete });
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("close", done);
      response.on("error", () => undefined);
    })
      // The connection may break before the head has left it.
      .on("error", () => resolve({ status: 0, body: "", complete: false }))
      .end(body);
  });
}

test("answers what the command line asks", async () => {
  expect(await ask("GET", "/status")).toMatchObject({ status: 200, body: '{"version":"1.2.3"}\n' });
  expect((await ask("GET", "/targets?state=active")).status).toBe(200);
  expect(JSON.parse((await ask("POST", "/reload")).body)).toEqual({
    applied: ["log.level"],
    needRestart: [],
  });
  const explained = await ask("POST", "/explain", '{"tenant":"acme","entitlement":{"a":[1]}}');
  expect(JSON.parse(explained.body)).toEqual({ tenant: "acme", entitlement: { a: [1] } });
  const asked = await ask("POST", "/query", '{"query":"up","start":"1","end":"5","step":"2"}');
  expect(JSON.parse(asked.body)).toMatchObject({
    text: "up",
    time: { kind: "range", startMs: 1000, endMs: 5000, stepMs: 2000 },
    view: "everything",
    tenant: "operator",
    style: { format: "json" },
  });
  expect(await ask("POST", "/query", '{"query":7}')).toMatchObject({ status: 400 });
  const exported = await ask("POST", "/export", '{"selectors":["up"],"minMs":1,"maxMs":2}');
  expect(exported).toMatchObject({
    status: 200,
    complete: true,
    body: '{"format":"openmetrics","selectors":["up"],"minMs":1,"maxMs":2}\n# EOF\n',
  });
  const backup = await ask("POST", "/backup", '{"folder":"/x"}');
  expect(backup.body).toBe('{"copied":"/x"}\n{"done":true}\n');
});

test("tells of a backup that failed, and breaks an export off, so that neither looks whole", async () => {
  const backup = await ask("POST", "/backup", '{"folder":"/full"}');
  const [, last = ""] = backup.body.trimEnd().split("\n");
  expect(JSON.parse(last)).toEqual({
    failed: { error: "backup_failed", message: "The disk is full." },
  });
  const exported = await ask("POST", "/export", '{"selectors":["broken"]}');
  expect(exported.complete).toBe(false);
});

test("refuses bodies that it cannot read, in its own error shape", async () => {
  const bodies = ["{", "[]", "null", '{"tenant":1}', "{}"];
  for (const body of bodies) {
    const answer = await ask("POST", "/explain", body);
    expect([body, answer.status]).toEqual([body, 400]);
    expect(JSON.parse(answer.body)).toMatchObject({ error: "invalid_request" });
  }
  expect((await ask("POST", "/export", '{"minMs":1.5}')).status).toBe(400);
  expect((await ask("POST", "/explain", `"${"x".repeat(2 ** 20)}"`)).status).toBe(413);
  expect((await ask("GET", "/reload")).status).toBe(405);
  expect((await ask("GET", "/metrics/v1")).status).toBe(404);
});
