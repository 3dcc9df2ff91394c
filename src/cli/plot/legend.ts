import stringWidth from "string-width";
import { printable } from "../terminal/printable.ts";
import { finiteDomain } from "./finite-domain.ts";
import type { PlotSeries } from "./plot-series.ts";
import { valueLabel } from "./ticks.ts";

interface LegendOptions {
  readonly columns: number;
  /** Null where there are no colours. */
  readonly paint: ((text: string, line: number) => string) | null;
}

/** Which line is which, and what it comes to. */
export function drawLegend(
  series: readonly PlotSeries[],
  { columns, paint }: LegendOptions,
): readonly string[] {
  const numbers = series.map(({ values }) => numbersOf(values));
  const numbersWidth = Math.max(...numbers.map((text) => text.length));
  const room = Math.max(columns - numbersWidth - STROKE.length - GAPS, NAME_COLUMNS_MIN);
  const names = series.map(({ name }) => shortened(printable(name), room));
  const width = Math.max(...names.map((name) => stringWidth(name)));
  return names.map((name, line) => {
    const mark = paint?.(STROKE, line) ?? (series.length > 1 ? markOf(line) : STROKE);
    return `${mark} ${name}${" ".repeat(width - stringWidth(name))}  ${numbers[line]}`;
  });
}

/** Letters, where colours do not tell lines apart. */
export function markOf(line: number): string {
  return String.fromCharCode("a".charCodeAt(0) + (line % 26));
}

function numbersOf(values: readonly number[]): string {
  const domain = finiteDomain(values);
  if (domain === null) return "no finite value";
  const last = valueLabel(values.at(-1) ?? Number.NaN);
  return `last ${last}  min ${valueLabel(domain.min)}  max ${valueLabel(domain.max)}`;
}

function shortened(name: string, width: number): string {
  return stringWidth(name) <= width ? name : `${name.slice(0, width - 1)}…`;
}

const STROKE = "━━";
/** Blanks after mark and name. */
const GAPS = 3;
const NAME_COLUMNS_MIN = 10;
