import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { RawResponse } from "./raw-http.ts";
import { writeResponse } from "./write-response.ts";

/**
 * Chunks whose memory is freed as soon as the writer says that the system has it. If it said so too
 * early, the client would get what has been put into the same memory since.
 */
const CHUNKS = 60;
const CHUNK_BYTES = 200_000;

function chunkOf(index: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CHUNK_BYTES).fill(index + 1);
}

async function* allChunks(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < CHUNKS; i++) yield chunkOf(i);
}

function expectedHash(): string {
  const hash = createHash("sha256");
  for (let i = 0; i < CHUNKS; i++) hash.update(chunkOf(i));
  return hash.digest("hex");
}

async function answer(response: RawResponse, http2: boolean): Promise<number> {
  let released = 0;
  const body = Object.assign(allChunks(), {
    release: (chunk: Uint8Array) => {
      (chunk.buffer as ArrayBuffer).transfer(0);
      // Memory that the freed chunk may have been in.
      new Uint8Array(CHUNK_BYTES).fill(0xff);
      released += 1;
    },
  });
  const options = { head: false, http2, stallTimeoutMs: 10_000, onStall: () => undefined };
  await writeResponse(response, { status: 200, headers: {}, body }, options);
  return released;
}

/** Reads slowly at first, so that chunks wait in the server. */
async function hashOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of chunks) {
    if (read++ < 5) await sleep(20);
    hash.update(chunk);
  }
  return hash.digest("hex");
}

async function listening(server: Server | ReturnType<typeof createHttp2Server>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("HTTP/1.1 sends all of a chunk before it is released", async () => {
  const released = Promise.withResolvers<number>();
  const server = createServer((_request, response) => {
    answer(response, false).then(released.resolve, released.reject);
  });
  const port = await listening(server);
  const [message] = (await once(get({ host: "127.0.0.1", port, agent: false }), "response")) as [
    AsyncIterable<Uint8Array>,
  ];
  expect(await hashOf(message)).toBe(expectedHash());
  expect(await released.promise).toBe(CHUNKS);
  server.close();
});

test("HTTP/2 sends all of a chunk before it is released", async () => {
  const released = Promise.withResolvers<number>();
  const server = createHttp2Server((_request, response) => {
    answer(response, true).then(released.resolve, released.reject);
  });
  const port = await listening(server);
  const session = connect(`http://127.0.0.1:${port}`);
  expect(await hashOf(session.request({ ":path": "/" }))).toBe(expectedHash());
  expect(await released.promise).toBe(CHUNKS);
  session.close();
  server.close();
});
