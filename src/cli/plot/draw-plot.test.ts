import { expect, test } from "vitest";
import { drawPlot, type PlotOptions } from "./draw-plot.ts";
import type { PlotSeries } from "./plot-series.ts";
import { timeTicks, valueLabel, valueTicks } from "./ticks.ts";

/** Charts as they were looked at and found right. */
const START_MS = 1_700_000_000_000;
const STEP_MS = 60_000;
const steps = Array.from({ length: 20 }, (_, i) => i * 100);

function line(name: string, ...values: readonly number[]): PlotSeries {
  return { name, timesMs: values.map((_, i) => START_MS + i * STEP_MS), values };
}

function options(count: number): PlotOptions {
  return {
    columns: 44,
    rows: 6,
    times: { min: START_MS, max: START_MS + (count - 1) * STEP_MS },
    gapMs: STEP_MS * 1.5,
    paint: null,
  };
}

test("one line: what is missing, and what is infinite, is a gap", () => {
  expect(
    drawPlot(
      [line('up{job="a"}', 0, 1, 4, 9, 16, 25, 36, 49, 64, NaN, NaN, 121, 144, 169, 196, Infinity)],
      options(16),
    ),
  ).toEqual([
    "200 ┤                                  ⡠⠔⠁",
    "    │                              ⣀⠤⠒⠉",
    "    │                            ⠒⠉",
    "100 ┤",
    "    │              ⢀⣀⡠⠔⠒⠊⠉",
    "  0 ┤⣀⣀⣀⣀⣀⣀⡠⠤⠤⠔⠒⠒⠉⠉⠁",
    "    └─────────────────┬─────────────────────",
    "                    22:20",
    "",
    '━━ up{job="a"}  last +Inf  min 0  max 196',
  ]);
});

test("several lines without colours are letters", () => {
  expect(
    drawPlot([line("rising", ...steps), line("falling", ...steps.toReversed())], options(20)),
  ).toEqual([
    "2k ┤bbbbb                              aaaaa",
    "   │    bbbbbbbb                aaaaaaaa",
    "   │           bbbbbbb    aaaaaaa",
    "1k ┤              aaaabbbbbbbb",
    "   │       aaaaaaa            bbbbbbb",
    " 0 ┤aaaaaaa                          bbbbbbb",
    "   └──────────────┬───────────────────┬─────",
    "                22:20               22:30",
    "",
    "a rising   last 1.9k  min 0  max 1.9k",
    "b falling  last 0  min 0  max 1.9k",
  ]);
});

test("several lines with colours are painted; names cannot steer the terminal", () => {
  expect(
    drawPlot([line("株式\u001b[2J", 1, 2), line("b", 2, 1)], {
      ...options(2),
      rows: 3,
      paint: (text, index) => `<${index}:${text}>`,
    }),
  ).toEqual([
    "2 ┤<1:⠉⠉⠒⠒⠒⠒⠤⠤⠤⢄⣀⣀⣀>               <0:⣀⣀⣀⡠⠤⠤⠤⠒⠒⠒⠒⠉⠉>",
    "  │             <1:⣉⣉⣉⣉⠶⠶⠶⠶⠶⠶⠶⣉⣉⣉⣉>",
    "1 ┤<0:⣀⣀⠤⠤⠤⠤⠒⠒⠒⠊⠉⠉⠉>               <1:⠉⠉⠉⠑⠒⠒⠒⠤⠤⠤⠤⣀⣀>",
    "  └───────┬───────────────────┬─────────────",
    "      22:13:30            22:14:00",
    "",
    "<0:━━> 株式\\u{1b}[2J  last 2  min 1  max 2",
    "<1:━━> b              last 1  min 1  max 2",
  ]);
});

test("equal values are a flat line in the middle", () => {
  expect(drawPlot([line("flat", -3, -3, -3)], { ...options(3), rows: 4 })).toEqual([
    "-2 ┤",
    "   │",
    "-3 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉",
    "-4 ┤",
    "   └─────────────┬───────────────────┬──────",
    "               22:14               22:15",
    "",
    "━━ flat  last -3  min -3  max -3",
  ]);
});

test("nothing finite is said in words", () => {
  expect(drawPlot([line("nothing", NaN, Infinity)], options(2))).toEqual([
    "There is nothing to draw: no series has a finite value.",
  ]);
});

test("points further apart than a gap stand alone", () => {
  const lonely = { name: "x", timesMs: [START_MS, START_MS + 10 * STEP_MS], values: [1, 1] };
  const [, , middle] = drawPlot([lonely], { ...options(11), rows: 4, columns: 24 });
  expect(middle).toBe("  1 ┤⠁                 ⠈");
});

test.each([
  [0, 1, 3, [0, 0.5, 1]],
  [-713, 1234, 5, [-1000, -500, 0, 500, 1000, 1500]],
  [0.1, 0.3, 4, [0.1, 0.2, 0.3]],
  [1e-9, 3e-9, 3, [1e-9, 2e-9, 3e-9]],
])("%s to %s has round ticks", (min, max, count, ticks) => {
  expect(valueTicks({ min, max }, count)).toEqual(ticks);
});

test.each([
  [0, "0"],
  [1500, "1.5k"],
  [-2e6, "-2M"],
  [0.25, "0.25"],
  [2e-7, "2e-7"],
  [1e18, "1e+18"],
  [NaN, "NaN"],
  [-Infinity, "-Inf"],
])("%s is written %s", (value, label) => {
  expect(valueLabel(value)).toBe(label);
});

test.each([
  [3_600_000, ["22:20", "22:30", "22:40", "22:50", "23:00", "23:10"]],
  [30_000, ["22:13:20", "22:13:25", "22:13:30", "22:13:35", "22:13:40", "22:13:45", "22:13:50"]],
  [20 * 86_400_000, ["11-16", "11-23", "11-30"]],
  [1000, ["13:20.000", "13:20.200", "13:20.400", "13:20.600", "13:20.800", "13:21.000"]],
])("a range of %s ms is told by round times", (rangeMs, labels) => {
  const { atMs, label } = timeTicks({ min: START_MS, max: START_MS + rangeMs }, 6);
  expect(atMs.map(label)).toEqual(labels);
});
