import type { HeadStatistics } from "#engine";

/** What the status endpoints tell of the installation. */
export interface InstallationFacts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly dataFolder: string;
  /** Null: for ever. */
  readonly retentionMs: number | null;
  /** Prometheus' names of flags, for the settings that mean the same here. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface StatusDeps {
  /** Asked at each request, since a reload may change some of it. */
  installation(): InstallationFacts;
  headStatistics(entriesMax: number): Promise<HeadStatistics>;
  nowMs(): number;
}
