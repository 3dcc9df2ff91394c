import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startTestServer } from "../../../test/fakes/http-test-server.ts";
import { reusedChunks } from "../../../test/fakes/reused-chunks.ts";
import { testRoute } from "../../../test/fakes/test-route.ts";
import { compressedRoute } from "./compressed-route.ts";

const path = "/metrics/v1";

test.each(["gzip", "deflate"])(
  "%s: a chunk is done with before the next is asked for, whose memory it may be",
  async (coding) => {
    const { body, text } = reusedChunks(50, 100_000);
    const route = testRoute({ handler: () => Promise.resolve({ status: 200, headers: {}, body }) });
    await using server = await startTestServer({ routes: [compressedRoute(route)] });
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { "accept-encoding": coding },
    });
    expect(answer.headers.get("content-encoding")).toBe(coding);
    expect((await answer.text()) === text).toBe(true);
  },
);

test("a client that goes away ends what it asked for", async () => {
  const seen = { isOver: false };
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from(String(Math.random()).repeat(10_000));
    } finally {
      seen.isOver = true;
    }
  }
  const route = testRoute({
    handler: () => Promise.resolve({ status: 200, headers: {}, body: endless() }),
  });
  await using server = await startTestServer({ routes: [compressedRoute(route)] });
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { "accept-encoding": "gzip" },
  });
  await answer.body?.cancel();
  for (let tries = 0; tries < 100 && !seen.isOver; tries++) await sleep(50);
  expect(seen.isOver).toBe(true);
});
