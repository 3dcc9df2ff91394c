import { HttpRefusal } from "#http";
import type { NewQuery } from "#query";
import { apiLimits } from "../limits.ts";
import { readDuration, readOptionalDuration } from "./duration-parameter.ts";
import { readLimit } from "./limit-parameter.ts";
import { invalidParameter } from "./parameter-error.ts";
import { readResultStyle } from "./result-style.ts";
import { readOptionalTime, readTime } from "./time-parameter.ts";

/** What a query's parameters leave open. */
export interface QuerySetting {
  readonly viewer: Pick<NewQuery, "view" | "tenant">;
  readonly timeoutMsMax: number;
  /** The request's header; null where there is none. */
  readonly accept: string | null;
}

/** The parameters that instant and range queries have in common. */
export function readQuery(
  parameters: URLSearchParams,
  time: NewQuery["time"],
  { viewer, timeoutMsMax, accept }: QuerySetting,
): NewQuery {
  const timeoutMs = readOptionalDuration(parameters, "timeout") ?? timeoutMsMax;
  const statistics = parameters.get("stats") ?? "";
  return {
    text: parameters.get("query") ?? "",
    time,
    lookbackMs: readLookback(parameters),
    timeoutMs: Math.min(timeoutMs, timeoutMsMax),
    seriesMax: readLimit(parameters),
    statistics: statistics === "" ? "none" : statistics === "all" ? "all" : "summary",
    style: readResultStyle(parameters, accept),
    ...viewer,
  };
}

/** A range where there is a start, else one time. */
export function readAnyQueryTime(parameters: URLSearchParams, nowMs: number): NewQuery["time"] {
  return parameters.has("start") ? readRange(parameters) : readInstant(parameters, nowMs);
}

export function readInstant(parameters: URLSearchParams, nowMs: number): NewQuery["time"] {
  return { kind: "instant", timeMs: readOptionalTime(parameters, "time", nowMs) };
}

export function readRange(parameters: URLSearchParams): NewQuery["time"] {
  const startMs = readTime(parameters, "start");
  const endMs = readTime(parameters, "end");
  if (endMs < startMs) {
    throw invalidParameter("end", "end timestamp must not be before start time");
  }
  // The grid has whole milliseconds.
  const stepMs = Math.trunc(readDuration(parameters, "step"));
  if (stepMs <= 0) {
    throw invalidParameter(
      "step",
      "zero or negative query resolution step widths are not accepted. Try a positive integer",
    );
  }
  if ((endMs - startMs) / stepMs > apiLimits.queryStepsMax) {
    throw new HttpRefusal(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  return { kind: "range", startMs, endMs, stepMs };
}

function readLookback(parameters: URLSearchParams): number | null {
  const lookbackMs = readOptionalDuration(parameters, "lookback_delta");
  if (lookbackMs === null || lookbackMs > 0) return lookbackMs === 0 ? null : lookbackMs;
  throw new HttpRefusal("bad_data", "lookback_delta must be greater than zero");
}
