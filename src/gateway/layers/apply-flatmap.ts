import { createFlatmap } from "../backend/flatmap.ts";
import type { FlatmapOperation } from "../config/extra/flatmap-options.ts";
import type { Layer } from "../proxy/proxy.ts";

/** Flatmap over what an endpoint's backends have answered together. */
export function applyFlatmap(operations: readonly FlatmapOperation[]): Layer {
  const flatmap = createFlatmap(operations);
  return (next) => async (call) => {
    const outcome = await next(call);
    const { answer } = outcome;
    if (answer === null) return outcome;
    return { ...outcome, answer: { ...answer, data: flatmap(answer.data) } };
  };
}
