import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sharedData = process.env["GAUGEWAY_SHARED_DATA"] ?? "../shared/data";
const FILE = join(sharedData, "krakend-dashboards/krakend-dashboard-for-influxdb-v1.json");

interface Part {
  readonly type: string;
  readonly params: readonly string[];
}

/** A query as Grafana's builder keeps it. */
interface Target {
  readonly measurement: string;
  readonly select: readonly (readonly Part[])[];
  readonly tags: readonly {
    readonly key: string;
    readonly operator?: string;
    readonly value: string;
    readonly condition?: string;
  }[];
  readonly groupBy: readonly Part[];
}

/** The different queries of the dashboard, for any host and the last hour; none where it is absent. */
export function dashboardQueries(): readonly string[] {
  if (!existsSync(FILE)) return [];
  const dashboard = JSON.parse(readFileSync(FILE, "utf8")) as unknown;
  return [...new Set(targetsIn(dashboard).map(queryOf))];
}

function targetsIn(node: unknown): Target[] {
  if (Array.isArray(node)) return node.flatMap(targetsIn);
  if (typeof node !== "object" || node === null) return [];
  const own = "targets" in node ? (node.targets as Target[]) : [];
  return [...own, ...Object.values(node).flatMap(targetsIn)];
}

function queryOf({ measurement, select, tags, groupBy }: Target): string {
  const fields = select.map((parts) => parts.reduce(applied, "")).join(", ");
  const conditions = tags.map(({ key, operator = "=", value, condition }, i) => {
    const literal = operator === "=~" ? value : `'${value}'`;
    return `${i === 0 ? "" : `${condition ?? "AND"} `}"${key}" ${operator} ${literal}`;
  });
  const groups = groupBy.filter(({ type }) => type !== "fill").map(grouping);
  const fill = groupBy.find(({ type }) => type === "fill")?.params[0] ?? "null";
  const query = `SELECT ${fields} FROM "${measurement}" WHERE (${conditions.join(" ")}) AND time > now() - 1h GROUP BY ${groups.join(", ")} fill(${fill})`;
  return query.replaceAll("$resolution", "1m").replaceAll("$host", ".*");
}

function applied(inner: string, { type, params }: Part): string {
  switch (type) {
    case "field":
      return `"${params[0]}"`;
    case "math":
      return `${inner}${params[0]}`;
    case "alias":
      return `${inner} AS "${params[0]}"`;
    default:
      return `${type}(${inner})`;
  }
}

function grouping({ type, params }: Part): string {
  return type === "time" ? `time(${params[0]})` : `"${params[0]}"`;
}
