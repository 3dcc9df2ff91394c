import type { Surface, SurfacePrefix } from "#http";

/** The groups of routes, their names in metrics and logs, and the error shape their clients know. */
export const SURFACES = {
  scrape: { name: "scrape", errorShape: "oauth" },
  oauth: { name: "oauth", errorShape: "oauth" },
  query: { name: "query", errorShape: "prometheus", isCrossOrigin: true },
  grafana: { name: "grafana", errorShape: "grafana" },
  health: { name: "health", errorShape: "text" },
  ownMetrics: { name: "own_metrics", errorShape: "text" },
  control: { name: "control", errorShape: "control" },
} as const satisfies Record<string, Surface>;

/** Whose error shape a path without a route gets on the public listener. */
export const PUBLIC_SURFACES: readonly SurfacePrefix[] = [
  { prefix: "/", surface: SURFACES.scrape },
  { prefix: "/oauth2/", surface: SURFACES.oauth },
  { prefix: "/.well-known/", surface: SURFACES.oauth },
  { prefix: "/api/v1/", surface: SURFACES.query },
  { prefix: "/api-server/v1/grafana/", surface: SURFACES.grafana },
  { prefix: "/-/", surface: SURFACES.health },
];

export const OWN_METRICS_SURFACES: readonly SurfacePrefix[] = [
  { prefix: "/", surface: SURFACES.ownMetrics },
];

export const CONTROL_SURFACES: readonly SurfacePrefix[] = [
  { prefix: "/", surface: SURFACES.control },
];
