import { HttpRefusal } from "#http";

/**
 * The embedded store as Grafana's API names it. Ids are given once and never again; every tenant has
 * this one, and sees its own part of it.
 */
export const EMBEDDED_DATASOURCE = {
  id: 1,
  uid: "embedded",
  orgId: 1,
  name: "Gaugeway",
  type: "prometheus",
  typeName: "Prometheus",
  typeLogoUrl: "",
  access: "proxy",
  url: "",
  user: "",
  database: "",
  basicAuth: false,
  isDefault: true,
  jsonData: { httpMethod: "POST" },
  readOnly: true,
} as const;

export const GRAFANA_PATH = "/api-server/v1/grafana";

/** Whether the path's `:id` or `:uid` names the datasource; throws as Grafana words it where not. */
export function checkDatasource(
  params: Readonly<Record<string, string>>,
  notFound = "Unable to find datasource",
): void {
  const { id, uid, name } = params;
  if (id !== undefined && !/^\d+$/.test(id)) throw new HttpRefusal("bad_data", "id is invalid");
  const isKnown =
    id === String(EMBEDDED_DATASOURCE.id) ||
    uid === EMBEDDED_DATASOURCE.uid ||
    (id === undefined && uid === undefined && name === EMBEDDED_DATASOURCE.name);
  if (!isKnown) throw new HttpRefusal("datasource_not_found", notFound);
}
