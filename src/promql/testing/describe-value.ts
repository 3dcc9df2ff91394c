import type { FloatHistogram } from "#model";
import { formatHistogramText } from "../histogram/histogram-text.ts";
import { formatShortest } from "../syntax/number-format.ts";
import type { ScriptItem } from "./script.ts";

/** A value as scripts write it. */
export function describeValue(value: number | FloatHistogram): string {
  return typeof value === "number" ? formatShortest(value) : formatHistogramText(value);
}

export function describeItem(item: ScriptItem): string {
  switch (item.kind) {
    case "missing":
      return "_";
    case "stale":
      return "stale";
    case "float":
      return describeValue(item.value);
    case "histogram":
      return describeValue(item.histogram);
  }
}
