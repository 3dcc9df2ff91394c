import type { Worker } from "node:worker_threads";
import { OperatingError } from "#lib/operating-error";
import type { FromWorker, ToWorker } from "./rpc-messages.ts";
import { fromWireError } from "./wire-error.ts";

interface PendingCall {
  settle(message: FromWorker): void;
  fail(error: Error): void;
}

/** Calls into a worker that serves with `serveRpc`. Owns no worker: the engine does. */
export class RpcClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #gone: Error | null = null;

  constructor(worker: Worker, onEvent: (name: string, detail: unknown) => void) {
    this.#worker = worker;
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "event") onEvent(message.name, message.detail);
      else this.#pending.get(message.id)?.settle(message);
    });
    worker.once("exit", (code) => this.#failAll(code));
  }

  /** One answer. An aborted signal cancels the work in the worker as well. */
  call<Value>(
    method: string,
    params: unknown,
    options: { signal?: AbortSignal | undefined; transfer?: ArrayBuffer[] } = {},
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
  async *stream(
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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
      failures.push(new OperatingError("canceled", "The request was canceled."));
      wake.resolve();
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      while (true) {
        const message = queue.shift();
        if (message === undefined) {
          const [failure] = failures;
          if (failure !== undefined) throw failure;
          await wake.promise;
          wake = Promise.withResolvers<void>();
        } else if (message.kind === "chunk") {
          yield message.bytes;
          this.#post({ kind: "credit", id, chunks: 1 });
        } else if (message.kind === "error") {
          throw fromWireError(message.error);
        } else return;
      }
    } finally {
      signal.removeEventListener("abort", cancel);
      if (this.#pending.delete(id)) this.#post({ kind: "cancel", id });
    }
  }

  #begin(method: string, params: unknown, transfer: ArrayBuffer[], call: PendingCall): number {
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
      this.#pending.get(id)?.fail(new OperatingError("canceled", "The request was canceled."));
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

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (this.#gone === null) this.#worker.postMessage(message, transfer);
  }

  #failAll(code: number): void {
    this.#gone = new OperatingError("engine_gone", `The engine has stopped (exit code ${code}).`);
    for (const call of this.#pending.values()) call.fail(this.#gone);
    this.#pending.clear();
  }
}
