import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sharedData = process.env["GAUGEWAY_SHARED_DATA"] ?? "../shared/data";
const FOLDER = join(sharedData, "krakend-dashboards");

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
  return [...new Set((targetsOf("v1") as Target[]).map(queryOf))];
}

/**
 * What the Flux queries of the dashboard for InfluxDB 2 ask for, as InfluxQL: the same measurement,
 * field and conditions. Grouping and windows are left out; there is no InfluxDB 2 to try them on.
 */
export function fluxSelections(): readonly string[] {
  const queries = (targetsOf("v2") as { query?: string }[]).map(({ query = "" }) => query);
  return [...new Set(queries.filter((query) => query.startsWith("from(")))].map(selectionOf);
}

function targetsOf(version: string): readonly object[] {
  const file = join(FOLDER, `krakend-dashboard-for-influxdb-${version}.json`);
  return existsSync(file) ? targetsIn(JSON.parse(readFileSync(file, "utf8"))) : [];
}

function targetsIn(node: unknown): object[] {
  if (Array.isArray(node)) return node.flatMap(targetsIn);
  if (typeof node !== "object" || node === null) return [];
  const own = "targets" in node ? (node.targets as object[]) : [];
  return [...own, ...Object.values(node).flatMap(targetsIn)];
}

function selectionOf(flux: string): string {
  const conditions = Array.from(
    flux.matchAll(/r\.(\w+) (==|=~|>) ("[^"]*"|\/[^/]*\/|\d+)/g),
    ([, name = "", operator = "", value = ""]) => ({ name, operator, value }),
  );
  const named = (wanted: string): string =>
    conditions.find(({ name }) => name === wanted)?.value.slice(1, -1) ?? "";
  const field = `"${named("_field")}"`;
  const where = conditions
    .filter(({ name }) => name !== "_field" && name !== "_measurement")
    .map(({ name, operator, value }) => {
      if (name === "_value") return `${field} ${operator} ${value}`;
      if (operator === "=~") return `"${name}" =~ /.*/`;
      return `"${name}" = '${value.slice(1, -1)}'`;
    });
  const filter = ["time > now() - 1h", ...where].join(" AND ");
  return `SELECT ${field} FROM "${named("_measurement")}" WHERE ${filter} LIMIT 1`;
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
