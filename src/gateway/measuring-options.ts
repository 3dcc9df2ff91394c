import type { ExtraConfig } from "./config/extra-config.ts";
import type { Findings } from "./config/finding.ts";
import { type InfluxOptions, readInfluxOptions } from "./influx/influx-options.ts";
import { readTelemetryOptions, type TelemetryOptions } from "./telemetry/telemetry-options.ts";

/** What the root's `extra_config` says of measuring. */
export interface MeasuringOptions {
  readonly telemetry: TelemetryOptions;
  /** Null: nothing is pushed. */
  readonly influx: InfluxOptions | null;
}

/** Null where nothing is measured. `folder` is the one of the configuration file. */
export function readMeasuringOptions(
  extraConfig: ExtraConfig,
  folder: string,
  findings: Findings,
): MeasuringOptions | null {
  const telemetry = readTelemetryOptions(extraConfig, findings);
  const influx = readInfluxOptions(extraConfig, folder, findings);
  if (telemetry !== null) return { telemetry, influx };
  if (influx !== null) {
    const path = "extra_config.telemetry/influx";
    findings.warn(path, 'has nothing to push without "telemetry/metrics": {} beside it');
  }
  return null;
}
