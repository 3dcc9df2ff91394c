import { labelValue } from "#model";
import { boundOf } from "./bound.ts";
import { Fault } from "./fault.ts";
import type { StrictSample } from "./strict-line.ts";

/** The number in a bound's label. It may be written in any way but infinity, which is `+Inf`. */
export function strictBound(sample: StrictSample, label: "le" | "quantile"): number {
  const text = labelValue(sample.labels, label);
  const bound = boundOf(text);
  if (Number.isNaN(bound)) throw rule(sample, `${label} must be a number`);
  if (bound === Infinity && text !== "+Inf") throw rule(sample, "infinity is written +Inf");
  return bound;
}

function rule(sample: StrictSample, reason: string): Fault {
  return new Fault(sample.position, reason, "exposition_rule");
}
