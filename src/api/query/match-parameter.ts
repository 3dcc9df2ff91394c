import { OperatingError } from "#lib/operating-error";
import type { Matcher } from "#model";
import { parseSelector } from "#promql";
import { HttpRefusal } from "#http";
import { invalidParameter } from "./parameter-error.ts";

type Selector = readonly Matcher[];

/**
 * Every `match[]`: the series that one of them selects are meant. `refuse` words what cannot be read:
 * Prometheus names the parameter at some of its endpoints.
 */
export function readSelectors(
  parameters: URLSearchParams,
  refuse: (reason: string) => HttpRefusal = unnamed,
): readonly Selector[] {
  return parameters.getAll("match[]").map((text) => readSelector(text, refuse));
}

/** One selector, without what only queries may have: offsets, ranges. */
export function readSelector(text: string, refuse: (reason: string) => HttpRefusal): Selector {
  try {
    return parseSelector(text).matchers.map(({ name, operator, value }) => ({
      name,
      operator,
      value,
    }));
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    throw error.message.endsWith(MATCHES_ANYTHING)
      ? named("match[] must contain at least one non-empty matcher")
      : refuse(error.message);
  }
}

const MATCHES_ANYTHING = "must contain at least one non-empty matcher";

export function named(reason: string): HttpRefusal {
  return invalidParameter("match[]", reason);
}

function unnamed(reason: string): HttpRefusal {
  return new HttpRefusal("bad_data", reason);
}
