import type { Transferable } from "node:worker_threads";
import { assert } from "./assert.ts";
import { OperatingError } from "./operating-error.ts";
import type { FromWorker, ToWorker } from "./rpc-messages.ts";
import { fromWireError } from "./wire-error.ts";

interface PendingCall {
  settle(message: FromWorker): void;
  fail(error: Error): void;
}

type StreamMessage = Extract<FromWorker, { readonly kind: "head" | "chunk" }>;

/** An answer under way. Whoever does not read `chunks` to the end calls their `return`. */
export interface OpenedAnswer<Head> {
  readonly head: Head;
  readonly chunks: OpenedChunks;
}

export interface OpenedChunks extends AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
  /**
   * Frees a chunk's memory by hand. Left to the collector, the chunks of one large answer make it go
   * over the whole heap. Only for who knows that nobody reads the chunk any more, in no thread.
   */
  release?(chunk: Uint8Array<ArrayBuffer>): void;
}

/** What calls go through: a worker, or one end of a message channel. */
export interface RpcPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  on(event: "message", listener: (message: FromWorker) => void): unknown;
}

/** Calls into a worker that serves with `serveRpc`. Owns no worker: the engine does. */
export class RpcClient {
  readonly #port: RpcPort;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #gone: Error | null = null;

  constructor(port: RpcPort, onEvent: (name: string, detail: unknown) => void) {
    this.#port = port;
    port.on("message", (message) => {
      if (message.kind === "event") onEvent(message.name, message.detail);
      else this.#pending.get(message.id)?.settle(message);
    });
  }

  /** The other side is gone: fails what is under way, and whatever is called from now on. */
  abandon(reason: Error): void {
    this.#gone = reason;
    for (const call of this.#pending.values()) call.fail(reason);
    this.#pending.clear();
  }

  get isAbandoned(): boolean {
    return this.#gone !== null;
  }

  /** One answer. An aborted signal cancels the work in the worker as well. */
  call<Value>(
    method: string,
    params: unknown,
    options: { signal?: AbortSignal | undefined; transfer?: Transferable[] } = {},
  ): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    const id = this.#begin(method, params, options.transfer ?? [], {
      settle: (message) => {
        if (message.kind === "result") resolve(message.value as Value);
        else if (message.kind === "error") reject(fromWireError(message.error));
      },
      fail: reject,
    });
    return this.#finish(id, promise, options.signal);
  }

  /** Many chunks, as fast as the reader takes them. Leaving the loop cancels the work. */
  async *stream<Chunk = Uint8Array<ArrayBuffer>>(
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk> {
    for await (const message of this.#receive(method, params, signal)) {
      if (message.kind === "chunk") yield message.value as Chunk;
    }
  }

  /** The head of an answer as soon as it is known; the rest as fast as the reader takes it. */
  async open<Head>(
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): Promise<OpenedAnswer<Head>> {
    const messages = this.#receive(method, params, signal);
    const first = await messages.next();
    assert(first.done !== true && first.value.kind === "head", `${method} gives no head`);
    return { head: first.value.value as Head, chunks: chunksOf(messages) };
  }

  /** What comes for one call until its end. */
  async *#receive(
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<StreamMessage> {
    const queue: FromWorker[] = [];
    const failures: Error[] = [];
    let wake = Promise.withResolvers<void>();
    const id = this.#begin(method, params, [], {
      settle: (message) => {
        queue.push(message);
        wake.resolve();
      },
      fail: (error) => {
        failures.push(error);
        wake.resolve();
      },
    });
    const cancel = (): void => {
      failures.push(canceledError());
      wake.resolve();
    };
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      while (true) {
        const [failure] = failures;
        if (failure !== undefined) throw failure;
        const message = queue.shift();
        if (message === undefined) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
        } else if (message.kind === "chunk" || message.kind === "head") {
          yield message;
          if (message.kind === "chunk") this.#post({ kind: "credit", id, chunks: 1 });
        } else if (message.kind === "error") {
          throw fromWireError(message.error);
        } else return;
      }
    } finally {
      signal.removeEventListener("abort", cancel);
      if (this.#pending.delete(id)) this.#post({ kind: "cancel", id });
    }
  }

  #begin(method: string, params: unknown, transfer: Transferable[], call: PendingCall): number {
    const id = this.#nextId++;
    this.#pending.set(id, call);
    if (this.#gone === null) this.#post({ kind: "call", id, method, params }, transfer);
    else call.fail(this.#gone);
    return id;
  }

  async #finish<Value>(
    id: number,
    promise: Promise<Value>,
    signal: AbortSignal | undefined,
  ): Promise<Value> {
    const cancel = (): void => {
      this.#post({ kind: "cancel", id });
      this.#pending.get(id)?.fail(canceledError());
    };
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#pending.delete(id);
    }
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    if (this.#gone === null) this.#port.postMessage(message, transfer);
  }
}

function canceledError(): OperatingError {
  return new OperatingError("canceled", "The request was canceled.");
}

/** Not a generator: one that was never run would not pass its end on to what it reads from. */
function chunksOf(messages: AsyncGenerator<StreamMessage>): OpenedChunks {
  const iterator: OpenedChunks = {
    [Symbol.asyncIterator]: () => iterator,
    release: (chunk) => void chunk.buffer.transfer(0),
    async next() {
      const { done, value } = await messages.next();
      return done === true
        ? { done, value: undefined }
        : { done: false, value: value.value as Uint8Array<ArrayBuffer> };
    },
    async return() {
      await messages.return(undefined);
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
