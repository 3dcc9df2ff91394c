import type { InstallationFacts } from "#api";
import type { GaugewayConfig } from "#config";
import { formatDuration } from "#lib/duration";

/** What the status endpoints of the API tell the operator. */
export function installationFacts(
  { query, storage }: GaugewayConfig,
  version: string,
  startedAtMs: number,
): InstallationFacts {
  const { retentionMs, retentionBytes } = storage.blocks;
  return {
    version,
    startedAtMs,
    dataFolder: storage.path,
    retentionMs,
    flags: {
      "enable-feature": query.settings.features.join(","),
      "query.lookback-delta": formatDuration(query.settings.lookbackMs),
      "query.max-concurrency": String(query.pool.concurrentMax),
      "query.max-samples": String(query.settings.samplesMax),
      "query.timeout": formatDuration(query.timeoutMs),
      "storage.tsdb.path": storage.path,
      "storage.tsdb.retention.time": retentionMs === null ? "0s" : formatDuration(retentionMs),
      "storage.tsdb.retention.size": `${retentionBytes ?? 0}B`,
    },
  };
}
