import { buffered } from "../backend/outgoing-body.ts";
import { BackendFailure } from "../errors.ts";
import { failed, type Layer, type ProxyOutcome } from "../proxy/proxy.ts";
import { childSignal } from "./child-signal.ts";

/** What of the endpoint's timeout the calls may take. */
const SHARE = 0.75;

export interface ConcurrentOptions {
  readonly calls: number;
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

/** The same call several times; the first complete answer wins and the others are given up. */
export function callConcurrently({ calls, timeoutMs, bodyBytesMax }: ConcurrentOptions): Layer {
  return (next) => async (call) => {
    using child = childSignal(call.signal, timeoutMs * SHARE);
    let body;
    try {
      body = await buffered(call.body, bodyBytesMax);
    } catch (error) {
      return failed(error as Error);
    }
    const running = Array.from({ length: calls }, () =>
      next({ ...call, body, signal: child.signal }),
    );
    const winner = await firstComplete(running);
    child.abort();
    return winner;
  };
}

/** Where none is complete, the last that came. */
function firstComplete(running: readonly Promise<ProxyOutcome>[]): Promise<ProxyOutcome> {
  return new Promise((resolve) => {
    let left = running.length;
    for (const promise of running) {
      void promise
        .catch((error: unknown) => failed(new BackendFailure("backend_unreachable", String(error))))
        .then((outcome) => {
          left -= 1;
          const isComplete = outcome.error === null && outcome.answer?.isComplete === true;
          if (isComplete || left === 0) resolve(outcome);
        });
    }
  });
}
