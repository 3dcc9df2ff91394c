import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import type { Registry } from "#telemetry";
import type { DeliveryState } from "./influx/delivery-state.ts";
import type { ExtraConfig } from "./config/extra-config.ts";
import type { Findings } from "./config/finding.ts";
import { type InfluxOptions, readInfluxOptions } from "./influx/influx-options.ts";
import { InfluxPush } from "./influx/influx-push.ts";
import type { GatewayMeter } from "./meter.ts";
import { collectEvery } from "./telemetry/collector.ts";
import { GatewayTelemetry } from "./telemetry/gateway-telemetry.ts";
import { statsDocument } from "./telemetry/stats-document.ts";
import { type StatsServer, startStatsServer } from "./telemetry/stats-server.ts";
import {
  readTelemetryOptions,
  type StatsAddress,
  type TelemetryOptions,
} from "./telemetry/telemetry-options.ts";

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

export interface MeasuringDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
}

/** A gateway that is measured: collected, shown at `/__stats`, pushed. */
export interface Measuring {
  readonly meter: GatewayMeter;
  /** Null where nobody listens. */
  readonly statsAddress: StatsAddress | null;
  /** Null where nothing is pushed. */
  delivery(): DeliveryState | null;
  /** Pushes a last window within the grace and ends. */
  close(graceMs: number): Promise<void>;
}

/** Fails with `influx_buffer_dir`; a stats port that is taken is only logged. */
export async function startMeasuring(
  { telemetry: options, influx }: MeasuringOptions,
  { clock, log, registry }: MeasuringDeps,
): Promise<Measuring> {
  const pushLog = log.child({ part: "influx" });
  const push =
    influx === null ? null : await InfluxPush.open(influx, { clock, log: pushLog, registry });
  const telemetry = new GatewayTelemetry({ clock, registry, measured: options.measured });
  const delivery = (): DeliveryState | null => push?.state() ?? null;
  const stats = await openStats(
    () => statsDocument(telemetry, delivery()),
    options.statsAddress,
    log.child({ part: "stats" }),
  );
  const collecting = collectEvery(telemetry, options.collectionTimeMs, (snapshot) =>
    push?.add(snapshot),
  );
  return {
    meter: telemetry,
    statsAddress: stats?.address ?? null,
    delivery,
    async close(graceMs) {
      collecting[Symbol.dispose]();
      await Promise.all([
        stats?.[Symbol.asyncDispose](),
        push?.close(telemetry.collect(), graceMs),
      ]);
      telemetry[Symbol.dispose]();
    },
  };
}

async function openStats(
  document: () => string,
  address: StatsAddress | null,
  log: Logger,
): Promise<StatsServer | null> {
  if (address === null) return null;
  try {
    const server = await startStatsServer(document, address);
    const { host, port } = server.address;
    log.info(
      { url: `http://${host === "" ? "localhost" : host}:${port}/__stats` },
      "extended metrics are up",
    );
    return server;
  } catch (error) {
    log.error(
      { error, address },
      "the listener of /__stats cannot come up; the gateway runs without",
    );
    return null;
  }
}
