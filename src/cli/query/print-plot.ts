import { formatDuration } from "#lib/duration";
import { drawPlot } from "../plot/draw-plot.ts";
import { formatTime } from "../terminal/format-time.ts";
import type { Output, Style } from "../terminal/terminal.ts";
import type { QueryRange } from "./query-range.ts";
import type { QueryReply } from "./query-reply.ts";

/** Lines that can be told from one another. */
const SERIES_MAX = 12;
const COLUMNS_MAX = 160;
const ROWS = { min: 6, max: 24 } as const;
const COLOURS: readonly Style[] = [
  ...(["cyan", "yellow", "magenta", "green", "blue", "red"] as const),
  ...(["cyanBright", "yellowBright", "magentaBright", "greenBright", "blueBright"] as const),
  "redBright",
];

/** A chart of the reply's first series, with its times and what it leaves out below. */
export function printPlot(
  output: Output,
  { series }: QueryReply,
  { startMs, endMs, stepMs }: QueryRange,
): void {
  const shown = series.slice(0, SERIES_MAX);
  // Axis, times, legend, notes and the next prompt.
  const rows = output.rows - shown.length - 6;
  const lines = drawPlot(
    shown.map(({ name, points }) => ({
      name,
      timesMs: points.map(({ timeMs }) => timeMs),
      values: points.map(({ value }) => value),
    })),
    {
      columns: Math.min(output.columns, COLUMNS_MAX),
      rows: Math.min(Math.max(rows, ROWS.min), ROWS.max),
      times: { min: startMs, max: endMs },
      gapMs: stepMs * 1.5,
      paint: output.hasColours
        ? (text, line) => output.style(COLOURS[line % COLOURS.length] ?? "cyan", text)
        : null,
    },
  );
  for (const line of lines) output.line(line);
  output.line(`${formatTime(startMs)} to ${formatTime(endMs)}, every ${formatDuration(stepMs)}.`);
  if (series.length > shown.length) {
    const rest = series.length - shown.length;
    output.line(`${rest} more series are not shown: ask for fewer, as by topk(${SERIES_MAX}, …).`);
  }
}
