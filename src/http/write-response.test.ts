import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { writeResponse } from "./write-response.ts";

class CapturedResponse extends PassThrough {
  readonly written: unknown[] = [];
  head: unknown = null;
  readonly socket = null;

  writeHead(status: number, headers: unknown): this {
    this.head = { status, headers };
    return this;
  }

  override write(chunk: unknown): boolean {
    this.written.push(chunk);
    return true;
  }
}

const options = { head: false, http2: false, stallTimeoutMs: 1000, onStall: () => undefined };

test("hands the chunks themselves to the socket", async () => {
  const chunks = [Buffer.from("ab"), new Uint8Array([99])];
  const response = new CapturedResponse();
  response.resume();
  const outcome = await writeResponse(
    response as unknown as ServerResponse,
    { status: 200, headers: { a: "b" }, body: chunks },
    options,
  );
  expect(outcome).toEqual({ bodyBytes: 3, complete: true });
  expect(response.written).toHaveLength(2);
  expect(response.written[0]).toBe(chunks[0]);
  expect(response.written[1]).toBe(chunks[1]);
  expect(response.head).toEqual({ status: 200, headers: { a: "b", "content-length": "3" } });
});

test("gives 204 neither length nor body, and HTTP/2 no connection header", async () => {
  const response = new CapturedResponse();
  response.resume();
  await writeResponse(
    response as unknown as ServerResponse,
    { status: 204, headers: { connection: "close" }, body: "ignored" },
    { ...options, http2: true },
  );
  expect(response.head).toEqual({ status: 204, headers: {} });
  expect(response.written).toEqual([]);
});
