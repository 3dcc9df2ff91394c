import { formatLabels, labelsKey } from "#model";
import { readDuration } from "./read-duration.ts";
import type { Block } from "./read-script.ts";
import { readSeriesLine, splitSeriesLine } from "./read-series-line.ts";
import { readStartOffsets } from "./read-start-offsets.ts";
import type { LoadCommand, ScriptSeries } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

const HEAD = /^load(?:_(with_nhcb))?\s+(.+?)$/;

/** `load 5m` with a series a line; a line `metric{…}@st …` gives start times to the one below it. */
export function readLoad({ head, line, body }: Block): LoadCommand {
  const match = HEAD.exec(head);
  if (match === null) {
    throw new PromqlScriptError(line, "invalid load command. (load[_with_nhcb] <step:duration>)");
  }
  const [, suffix, step = ""] = match;
  const series: ScriptSeries[] = [];
  let startLine: { readonly key: string; readonly offsets: (number | null)[] } | null = null;
  for (const [i, text] of body.entries()) {
    const at = line + 1 + i;
    const { metric, values } = splitSeriesLine(text, at);
    if (metric.endsWith("@st")) {
      if (startLine !== null) throw new PromqlScriptError(at, NO_SAMPLES);
      const { labels } = readSeriesLine(metric.slice(0, -"@st".length), at);
      startLine = { key: labelsKey(labels), offsets: readStartOffsets(values, at) };
      continue;
    }
    const { labels, items } = readSeriesLine(text, at);
    if (startLine !== null && startLine.key !== labelsKey(labels)) {
      const reason = `the @st line above is not of the metric ${formatLabels(labels)}`;
      throw new PromqlScriptError(at, reason);
    }
    if (startLine !== null && startLine.offsets.length !== items.length) {
      const counts = `${startLine.offsets.length} values but the sample line has ${items.length}`;
      throw new PromqlScriptError(at, `the @st line has ${counts}`);
    }
    series.push({ labels, items, startOffsetsMs: startLine?.offsets ?? null });
    startLine = null;
  }
  if (startLine !== null) throw new PromqlScriptError(line + body.length, NO_SAMPLES);
  const stepMs = readDuration(step, "step", line);
  return { kind: "load", line, stepMs, withCustomBuckets: suffix !== undefined, series };
}

const NO_SAMPLES = "@st line has no following sample line";
