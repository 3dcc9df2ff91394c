import { labelPairs, type Labels, labelValue, METRIC_NAME } from "#model";
import { formatPositional } from "#promql";
import type { World } from "./world.ts";

/** What an exposition can hold: floats without stale markers. */
export function exposable(world: World): World {
  return world
    .map(({ labels, points }) => ({
      labels,
      points: points.filter(({ item }) => item.kind === "float"),
    }))
    .filter(({ points }) => points.length > 0);
}

/** A world as OpenMetrics text, every sample with its time. */
export function expositionOf(world: World): string {
  const families = Map.groupBy(world, ({ labels }) => labelValue(labels, METRIC_NAME));
  const lines: string[] = [];
  for (const series of families.values()) {
    for (const { labels, points } of series) {
      const name = seriesText(labels);
      for (const { timeMs, item } of points) {
        if (item.kind !== "float") continue;
        lines.push(`${name} ${formatPositional(item.value)} ${(timeMs / 1000).toFixed(3)}`);
      }
    }
  }
  return [...lines, "# EOF\n"].join("\n");
}

function seriesText(labels: Labels): string {
  const pairs = Array.from(labelPairs(labels)).filter(([name]) => name !== METRIC_NAME);
  const inside = pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",");
  return `${labelValue(labels, METRIC_NAME)}{${inside}}`;
}
