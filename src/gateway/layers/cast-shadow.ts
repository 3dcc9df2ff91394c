import { buffered } from "../backend/outgoing-body.ts";
import { failed, type Layer, type Proxy } from "../proxy/proxy.ts";
import { childSignal } from "./child-signal.ts";

/** Calls shadow backends beside the others: they see the traffic, and nobody waits for them. */
export function castShadow(
  shadows: readonly Proxy[],
  timeoutMs: number,
  bodyBytesMax: number,
): Layer {
  return (next) => async (call) => {
    let body;
    try {
      body = await buffered(call.body, bodyBytesMax);
    } catch (error) {
      return failed(error as Error);
    }
    // The client's leaving is no reason for a shadow to stop.
    const child = childSignal(new AbortController().signal, timeoutMs);
    const running = shadows.map((shadow) => shadow({ ...call, body, signal: child.signal }));
    void Promise.all(running).finally(() => child[Symbol.dispose]());
    return next({ ...call, body });
  };
}
