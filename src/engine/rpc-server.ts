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

/** The methods of a worker: a plain answer, a transferred one, or a stream of chunks. */
export type RpcMethods = Readonly<
  Record<string, (params: never, signal: AbortSignal) => Promise<unknown> | ByteStream>
>;

/** Bytes as they are made. */
export type ByteStream = AsyncIterable<Uint8Array<ArrayBuffer>>;

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
      const answer = handler(params as never, call.abort.signal);
      if (isStream(answer))
        await pump(answer, call, (bytes) => post({ kind: "chunk", id, bytes }, [bytes.buffer]));
      else reply(await answer, (value, buffers) => post({ kind: "result", id, value }, buffers));
      if (isStream(answer)) post({ kind: "end", id });
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

function isStream(answer: Promise<unknown> | ByteStream): answer is ByteStream {
  return Symbol.asyncIterator in answer;
}

function reply(answer: unknown, post: (value: unknown, buffers: ArrayBuffer[]) => void): void {
  if (answer instanceof Transferred) post(answer.value, answer.buffers);
  else post(answer, []);
}

async function pump(
  stream: ByteStream,
  call: RunningCall,
  post: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for await (const bytes of stream) {
    while (call.credit === 0 && !call.abort.signal.aborted) {
      await new Promise<void>((resolve) => (call.wake = resolve));
      call.wake = null;
    }
    if (call.abort.signal.aborted) return;
    call.credit -= 1;
    post(bytes);
  }
}
