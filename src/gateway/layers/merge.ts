/**
 * Several backends at once, their objects laid over each other in the order in which they arrive.
 * Some of the endpoint's time is kept back, so that what has arrived can still be sent.
 */
import { emptyJsonObject, type JsonObject } from "../json/parse-json.ts";
import { failed, type Proxy, type ProxyCall, type ProxyOutcome } from "../proxy/proxy.ts";
import { buffered } from "../backend/outgoing-body.ts";
import { childSignal } from "./child-signal.ts";

/** What of the endpoint's timeout backends may take. */
const SHARE = 0.85;

export interface MergeOptions {
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

/** The call with a body that can be sent several times. */
async function repeatable(call: ProxyCall, bodyBytesMax: number): Promise<ProxyCall> {
  if (call.body.kind !== "stream") return call;
  return { ...call, body: await buffered(call.body, bodyBytesMax) };
}

export function mergeParallel(proxies: readonly Proxy[], options: MergeOptions): Proxy {
  return async (call) => {
    using child = childSignal(call.signal, options.timeoutMs * SHARE);
    const parts = new Parts(proxies.length);
    let shared: ProxyCall;
    try {
      shared = await repeatable({ ...call, signal: child.signal }, options.bodyBytesMax);
    } catch (error) {
      return failed(error as Error);
    }
    await Promise.all(proxies.map(async (proxy) => parts.add(await proxy(shared))));
    return parts.outcome();
  };
}

/** In turn, each with what those before it answered; the first that fails ends it. */
export function mergeSequential(proxies: readonly Proxy[], options: MergeOptions): Proxy {
  return async (call) => {
    using child = childSignal(call.signal, options.timeoutMs * SHARE);
    const parts = new Parts(proxies.length);
    const earlier: JsonObject[] = [];
    try {
      const shared = await repeatable({ ...call, signal: child.signal }, options.bodyBytesMax);
      for (const proxy of proxies) {
        const outcome = await proxy({ ...shared, earlier: [...earlier] });
        parts.add(outcome);
        if (outcome.error !== null || outcome.answer?.isComplete !== true) break;
        earlier.push(outcome.answer.data);
      }
    } catch (error) {
      return failed(error as Error);
    }
    return parts.outcome();
  };
}

/** What has arrived so far. */
class Parts {
  readonly #wanted: number;
  readonly #data = emptyJsonObject();
  readonly #errors: Error[] = [];
  #whole = 0;
  #hasAnswer = false;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add({ answer, error }: ProxyOutcome): void {
    if (error !== null) this.#errors.push(error);
    if (answer === null) return;
    this.#hasAnswer = true;
    if (answer.isComplete && error === null) this.#whole += 1;
    for (const key of Object.keys(answer.data)) {
      const value = answer.data[key];
      if (value !== undefined) this.#data[key] = value;
    }
  }

  outcome(): ProxyOutcome {
    const [first] = this.#errors;
    const error = first === undefined ? null : new MergeError(this.#errors);
    if (!this.#hasAnswer) return failed(error ?? new MergeError([]));
    const isComplete = this.#whole === this.#wanted;
    return { answer: { data: this.#data, isComplete, passed: null }, error };
  }
}

/** Why a merge is not whole. */
class MergeError extends Error {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}
