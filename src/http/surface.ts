/**
 * Shape of an error body. Clients depend on all of them, so they are never unified: OAuth's on the
 * scrape endpoint and the token endpoint, the Prometheus envelope on query APIs, Grafana's at the
 * datasource proxy, plain text for people and probes, and our own on the control socket.
 */
export type ErrorShape = "oauth" | "prometheus" | "grafana" | "text" | "control";

/** A group of routes that belong together; `name` is a label of the metrics and of the log. */
export interface Surface {
  readonly name: string;
  readonly errorShape: ErrorShape;
  /** Pages of other origins may read its answers, where the listener lets them. */
  readonly isCrossOrigin?: boolean;
}

/** Which surface answers for paths that have no route: the longest prefix wins. */
export interface SurfacePrefix {
  readonly prefix: string;
  readonly surface: Surface;
}

export function surfaceOfPath(prefixes: readonly SurfacePrefix[], path: string): Surface {
  let best: SurfacePrefix | null = null;
  for (const candidate of prefixes) {
    const longer = best === null || candidate.prefix.length > best.prefix.length;
    if (longer && path.startsWith(candidate.prefix)) best = candidate;
  }
  return best?.surface ?? UNKNOWN_SURFACE;
}

/** Requests for paths that nobody answers for. */
const UNKNOWN_SURFACE: Surface = { name: "none", errorShape: "oauth" };
