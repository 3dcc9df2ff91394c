import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OperatingError } from "#lib/operating-error";
import { RpcClient } from "./rpc-client.ts";
import { streamCreditChunks } from "./rpc-messages.ts";
import { Opened, type RpcMethods, serveRpc, Transferred } from "./rpc-server.ts";

let channel: MessageChannel;
const never = new AbortController().signal;

beforeEach(() => {
  channel = new MessageChannel();
});

afterEach(() => {
  channel.port1.close();
});

function connect(methods: RpcMethods): RpcClient {
  serveRpc(channel.port2, methods);
  return new RpcClient(channel.port1, () => undefined);
}

/** A stream of single bytes 0, 1, 2, … that counts what it has made and tells how it ended. */
function countingStream(length: number) {
  const state = { made: 0, ended: Promise.withResolvers<void>() };
  async function* bytes(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for (let at = 0; at < length; at++) {
        state.made += 1;
        yield Uint8Array.of(at);
      }
    } finally {
      state.ended.resolve();
    }
  }
  return { state, bytes };
}

describe("a call", () => {
  test("is answered with its own value, in whatever order answers come", async () => {
    const held = Promise.withResolvers<string>();
    const rpc = connect({ slow: () => held.promise, quick: async (name: string) => name });
    const slow = rpc.call("slow", null);
    expect(await rpc.call("quick", "b")).toBe("b");
    held.resolve("a");
    expect(await slow).toBe("a");
  });

  test("moves buffers instead of copying them", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const rpc = connect({ take: async () => new Transferred(bytes, [bytes.buffer]) });
    expect(await rpc.call("take", null)).toEqual(Uint8Array.of(1, 2, 3));
    expect(bytes.byteLength).toBe(0);
  });

  test("fails with code and sentence of an operating error, and with the stack of a bug", async () => {
    const rpc = connect({
      refuse: async () => {
        throw new OperatingError("storage_full", "The disk is full: make room.");
      },
      break: async () => {
        throw new TypeError("x is not a function");
      },
      uncloneable: async () => () => undefined,
    });
    const refused = await rpc.call("refuse", null).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OperatingError);
    expect(refused).toMatchObject({
      code: "storage_full",
      message: "The disk is full: make room.",
    });
    const broken = await rpc.call("break", null).catch((error: unknown) => error);
    expect(broken).not.toBeInstanceOf(OperatingError);
    expect(String((broken as Error).stack)).toContain("rpc.test.ts");
    await expect(rpc.call("unknown", null)).rejects.toThrow("no such method: unknown");
    // An answer that cannot cross is an error too, and not a call that hangs.
    await expect(rpc.call("uncloneable", null)).rejects.toThrow("could not be cloned");
  });

  test("that is aborted fails at once and aborts the work on the other side", async () => {
    const aborted = Promise.withResolvers<void>();
    const rpc = connect({
      hang: (_params: null, signal: AbortSignal) =>
        new Promise(() => signal.addEventListener("abort", () => aborted.resolve())),
    });
    const abort = new AbortController();
    const call = rpc.call("hang", null, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: "canceled" });
    await aborted.promise;
    const late = rpc.call("hang", null, { signal: abort.signal });
    await expect(late).rejects.toMatchObject({ code: "canceled" });
  });

  test("fails when the other side goes, also where it is made afterwards", async () => {
    const rpc = connect({ hang: () => new Promise(() => undefined) });
    const waiting = rpc.call("hang", null);
    const stream = rpc.stream("hang", null, never).next();
    rpc.abandon(new OperatingError("engine_gone", "The engine has stopped (exit code 1)."));
    await expect(waiting).rejects.toMatchObject({ code: "engine_gone" });
    await expect(stream).rejects.toMatchObject({ code: "engine_gone" });
    await expect(rpc.call("hang", null)).rejects.toMatchObject({ code: "engine_gone" });
    await expect(rpc.stream("hang", null, never).next()).rejects.toMatchObject({
      code: "engine_gone",
    });
  });
});

describe("a stream", () => {
  test("comes whole and in order", async () => {
    const { bytes } = countingStream(100);
    const rpc = connect({ count: () => bytes() });
    const seen: number[] = [];
    for await (const [first = -1] of rpc.stream("count", null, never)) seen.push(first);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });

  test("waits for its reader", async () => {
    const { state, bytes } = countingStream(1000);
    const rpc = connect({ count: () => bytes(), ping: async () => "pong" });
    const chunks = rpc.stream("count", null, never);
    await chunks.next();
    // Each answer comes after the messages that were posted before it.
    for (let round = 0; round < 20; round++) await rpc.call("ping", null);
    // What is granted, and one that was made and waits for credit.
    expect(state.made).toBe(streamCreditChunks + 1);
    await chunks.next();
    for (let round = 0; round < 20; round++) await rpc.call("ping", null);
    expect(state.made).toBe(streamCreditChunks + 2);
    await chunks.return(undefined);
    await state.ended.promise;
  });

  test("ends on the other side when its reader leaves, also while it waits for credit", async () => {
    const { state, bytes } = countingStream(1000);
    const rpc = connect({ count: () => bytes() });
    for await (const _chunk of rpc.stream("count", null, never)) break;
    await state.ended.promise;
    expect(state.made).toBeLessThan(1000);
  });

  test("fails at once when it is aborted, before its start as well", async () => {
    const { state, bytes } = countingStream(1000);
    const rpc = connect({ count: () => bytes() });
    const abort = new AbortController();
    const chunks = rpc.stream("count", null, abort.signal);
    await chunks.next();
    abort.abort();
    await expect(chunks.next()).rejects.toMatchObject({ code: "canceled" });
    await state.ended.promise;
    const late = rpc.stream("count", null, abort.signal);
    await expect(late.next()).rejects.toMatchObject({ code: "canceled" });
  });

  test("that breaks halfway gives what came before, then the error", async () => {
    const rpc = connect({
      async *torn() {
        yield Uint8Array.of(7);
        throw new OperatingError("storage_failed", "A block cannot be read.");
      },
    });
    const chunks = rpc.stream("torn", null, never);
    expect((await chunks.next()).value).toEqual(Uint8Array.of(7));
    await expect(chunks.next()).rejects.toMatchObject({ code: "storage_failed" });
  });
});

describe("an opened answer", () => {
  test("gives its head first, then its chunks", async () => {
    const { bytes } = countingStream(10);
    const rpc = connect({ count: async () => new Opened({ total: 10 }, bytes()) });
    const { head, chunks } = await rpc.open("count", null, never);
    expect(head).toEqual({ total: 10 });
    const seen: number[] = [];
    for await (const [first = -1] of chunks) seen.push(first);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("that fails before its head fails to open", async () => {
    const rpc = connect({
      refuse: async () => {
        throw new OperatingError("bad_data", "No.");
      },
    });
    await expect(rpc.open("refuse", null, never)).rejects.toMatchObject({ code: "bad_data" });
  });

  test("ends on the other side when its chunks are returned unread", async () => {
    const { state, bytes } = countingStream(1000);
    const rpc = connect({ count: async () => new Opened(null, bytes()) });
    const { chunks } = await rpc.open("count", null, never);
    await chunks.return?.();
    await state.ended.promise;
    expect(state.made).toBeLessThan(1000);
  });
});
