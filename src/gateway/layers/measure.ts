import type { LayerMeter } from "../meter.ts";
import type { Layer } from "../proxy/proxy.ts";

/** Reports what each call took and how it ended. For a body that is passed on: until its head. */
export function measure(meter: LayerMeter): Layer {
  return (next) => async (call) => {
    const startMs = performance.now();
    const outcome = await next(call);
    meter.record(
      outcome.answer?.isComplete ?? false,
      outcome.error !== null,
      performance.now() - startMs,
    );
    return outcome;
  };
}
