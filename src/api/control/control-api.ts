import type { ResultFormat } from "#results";
import type { TargetsSnapshot } from "#sources";
import type { QueryDeps } from "../query/query-endpoint.ts";

/** Anything that JSON can carry. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** What a reload came to; `applied` and `needRestart` name configuration keys. */
export interface ReloadReport {
  readonly applied: readonly string[];
  readonly needRestart: readonly string[];
}

/** What an export may be written as: OpenMetrics with timestamps, or a format of query results. */
export type ExportFormat = "openmetrics" | ResultFormat;

/** A selection to export: PromQL selectors and a range, milliseconds since 1970, both ends in. */
interface ExportRequest {
  readonly format: ExportFormat;
  readonly selectors: readonly string[];
  readonly minMs: number | null;
  readonly maxMs: number | null;
}

/**
 * What the command line can ask of a running server through its control socket. Errors are
 * operating errors; their sentences are printed as they are.
 */
export interface ControlApi {
  /** Version, uptime, listeners, readiness, store: for people and scripts. */
  status(): Promise<Json>;
  targets(): Promise<TargetsSnapshot>;
  readonly queries: QueryDeps;
  /** Reads the configuration again; fails with the first finding and leaves the old one running. */
  reload(): Promise<ReloadReport>;
  /**
   * What a tenant sees (metrics, series, labels dropped) and, where `entitlement` is given, what
   * would change with it.
   */
  explain(tenant: string, entitlement: Json): Promise<Json>;
  /** Copies the store consistently into the folder, which must not exist. One JSON line per step. */
  backup(folder: string, signal: AbortSignal): AsyncIterable<Json>;
  /** OpenMetrics is ended by `# EOF`, the others by the end of the answer. */
  exportSamples(request: ExportRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
