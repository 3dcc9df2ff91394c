import { Canvas } from "./canvas.ts";
import { finiteDomain } from "./finite-domain.ts";
import { drawLegend, markOf } from "./legend.ts";
import type { Domain, PlotSeries } from "./plot-series.ts";
import { timeTicks, valueLabel, valueTicks } from "./ticks.ts";

export interface PlotOptions {
  /** Of the whole chart, axis labels included. */
  readonly columns: number;
  /** Of the lines alone; axis and legend come below. */
  readonly rows: number;
  readonly times: Domain;
  /** Points further apart than this are not joined: between them there was none. */
  readonly gapMs: number;
  /** Colours a text as that line; null where there are no colours. */
  readonly paint: ((text: string, line: number) => string) | null;
}

/** Lines of text that show the series over time, with axes and a legend. */
export function drawPlot(series: readonly PlotSeries[], options: PlotOptions): readonly string[] {
  const values = shownValues(series);
  if (values === null) return ["There is nothing to draw: no series has a finite value."];
  const ticks = valueTicks(values, Math.max(2, Math.round(options.rows / 4) + 1));
  const shown = { min: ticks[0] as number, max: ticks.at(-1) as number };
  const labels = ticks.map(valueLabel);
  const gutter = Math.max(...labels.map((label) => label.length));
  // The label, a blank and the axis.
  const canvas = new Canvas(Math.max(MIN_COLUMNS, options.columns - gutter - 2), options.rows);
  for (const [line, one] of series.entries()) drawLine(canvas, one, line, shown, options);
  const labelOfRow = new Map(ticks.map((tick, i) => [rowOf(canvas, shown, tick), labels[i] ?? ""]));
  const isMarked = options.paint === null && series.length > 1;
  const rows = Array.from({ length: options.rows }, (_, row) => {
    const label = labelOfRow.get(row);
    const pieces = canvas.row(row).map(({ text, line }) => {
      if (line === null) return text;
      return isMarked ? markOf(line).repeat(text.length) : (options.paint?.(text, line) ?? text);
    });
    return `${(label ?? "").padStart(gutter)} ${label === undefined ? "│" : "┤"}${pieces.join("")}`;
  });
  return [
    ...rows.map((row) => row.trimEnd()),
    ...timeAxis(canvas.columns, gutter, options.times),
    "",
    ...drawLegend(series, options),
  ];
}

const MIN_COLUMNS = 10;

/** What the finite values span; widened where they are all equal. */
function shownValues(series: readonly PlotSeries[]): Domain | null {
  const values = finiteDomain(series.flatMap((one) => one.values));
  if (values === null) return null;
  const { min, max } = values;
  if (max - min > Math.abs(max) * FLAT) return values;
  const margin = max === 0 ? 1 : Math.abs(max) / 10;
  return { min: min - margin, max: max + margin };
}

/** Values that differ by less are a flat line, not noise over the whole height. */
const FLAT = 1e-12;

function drawLine(
  canvas: Canvas,
  { timesMs, values }: PlotSeries,
  line: number,
  shown: Domain,
  { times, gapMs }: PlotOptions,
): void {
  let last: { readonly timeMs: number; readonly at: readonly [number, number] } | null = null;
  for (const [i, value] of values.entries()) {
    const timeMs = timesMs[i] as number;
    if (!Number.isFinite(value)) {
      last = null;
      continue;
    }
    const across = Math.round(share(times, timeMs) * (canvas.dotsAcross - 1));
    const at = [across, dotOf(canvas, shown, value)] as const;
    if (last === null || timeMs - last.timeMs > gapMs) canvas.dot(...at, line);
    else canvas.stroke(last.at, at, line);
    last = { timeMs, at };
  }
}

function share({ min, max }: Domain, at: number): number {
  return max === min ? 0.5 : (at - min) / (max - min);
}

/** Counted from the top. */
function dotOf(canvas: Canvas, shown: Domain, value: number): number {
  return Math.round((1 - share(shown, value)) * (canvas.dotsDown - 1));
}

function rowOf(canvas: Canvas, shown: Domain, value: number): number {
  return Math.floor(dotOf(canvas, shown, value) / (canvas.dotsDown / canvas.rows));
}

/** The axis with its ticks, and the moments below them. */
function timeAxis(columns: number, gutter: number, times: Domain): readonly string[] {
  const { atMs, label } = timeTicks(times, Math.max(1, Math.floor(columns / COLUMNS_PER_TIME)));
  const axis = Array.from({ length: columns }, () => "─");
  let below = "";
  for (const tickMs of atMs) {
    const column = Math.round(share(times, tickMs) * (columns - 1));
    axis[column] = "┬";
    const text = label(tickMs);
    // Centred below its tick.
    const start = gutter + 2 + column - Math.floor(text.length / 2);
    if (start > below.length || below === "") below = below.padEnd(start) + text;
  }
  return [`${" ".repeat(gutter)} └${axis.join("")}`, below];
}

const COLUMNS_PER_TIME = 14;
