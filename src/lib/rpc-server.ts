import type { MessagePort } from "node:worker_threads";
import { type FromWorker, streamCreditChunks, type ToWorker } from "./rpc-messages.ts";
import { toWireError } from "./wire-error.ts";

/** An answer whose buffers move to the other side instead of being copied. */
export class Transferred<Value> {
  readonly value: Value;
  readonly buffers: ArrayBuffer[];

  constructor(value: Value, buffers: ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** An answer of which a part is known before the rest is made: `RpcClient.open` asks for it. */
export class Opened {
  readonly head: unknown;
  readonly chunks: RpcStream;

  constructor(head: unknown, chunks: RpcStream) {
    this.head = head;
    this.chunks = chunks;
  }
}

/** The methods of a worker: a plain answer, a transferred one, a stream of chunks, or an opened one. */
export type RpcMethods = Readonly<
  Record<string, (params: never, signal: AbortSignal) => Promise<unknown> | RpcStream>
>;

/** Chunks as they are made: bytes, whose buffer moves, or anything `Transferred`. */
export type RpcStream = AsyncIterable<Uint8Array<ArrayBuffer> | Transferred<unknown>>;

interface RunningCall {
  readonly abort: AbortController;
  credit: number;
  wake: (() => void) | null;
}

/** Answers calls that arrive at the port, until the port is closed. */
export function serveRpc(port: MessagePort, methods: RpcMethods): void {
  const running = new Map<number, RunningCall>();
  const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);

  const run = async (id: number, method: string, params: unknown): Promise<void> => {
    const call: RunningCall = {
      abort: new AbortController(),
      credit: streamCreditChunks,
      wake: null,
    };
    running.set(id, call);
    try {
      const handler = methods[method];
      if (handler === undefined) throw new Error(`no such method: ${method}`);
      const called = handler(params as never, call.abort.signal);
      const answer = isStream(called) ? called : await called;
      if (answer instanceof Opened) post({ kind: "head", id, value: answer.head });
      const chunks = answer instanceof Opened ? answer.chunks : answer;
      if (isStream(chunks)) {
        await pump(chunks, call, (value, buffers) => post({ kind: "chunk", id, value }, buffers));
        post({ kind: "end", id });
      } else {
        reply(answer, (value, buffers) => post({ kind: "result", id, value }, buffers));
      }
    } catch (error) {
      post({ kind: "error", id, error: toWireError(error) });
    } finally {
      running.delete(id);
    }
  };

  port.on("message", (message: ToWorker) => {
    if (message.kind === "call") {
      void run(message.id, message.method, message.params);
      return;
    }
    const call = running.get(message.id);
    if (call === undefined) return;
    if (message.kind === "cancel") call.abort.abort();
    else call.credit += message.chunks;
    call.wake?.();
  });
}

function isStream(answer: unknown): answer is RpcStream {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}

function reply(answer: unknown, post: (value: unknown, buffers: ArrayBuffer[]) => void): void {
  if (answer instanceof Transferred) post(answer.value, answer.buffers);
  else post(answer, []);
}

async function pump(
  stream: RpcStream,
  call: RunningCall,
  post: (value: unknown, buffers: ArrayBuffer[]) => void,
): Promise<void> {
  for await (const chunk of stream) {
    while (call.credit === 0 && !call.abort.signal.aborted) {
      await new Promise<void>((resolve) => (call.wake = resolve));
      call.wake = null;
    }
    if (call.abort.signal.aborted) return;
    call.credit -= 1;
    if (chunk instanceof Transferred) post(chunk.value, chunk.buffers);
    else post(chunk, [chunk.buffer]);
  }
}
