import { formatListen, type HttpServer, type HttpTelemetry, type ListenOptions } from "#http";
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import type { Registry } from "#telemetry";
import type { DeliveryState } from "./influx/delivery-state.ts";
import { InfluxPush } from "./influx/influx-push.ts";
import type { MeasuringOptions } from "./measuring-options.ts";
import type { GatewayMeter } from "./meter.ts";
import { GatewayTelemetry } from "./telemetry/gateway-telemetry.ts";
import { statsDocument } from "./telemetry/stats-document.ts";
import { startStatsServer } from "./telemetry/stats-server.ts";
import { endWindows } from "./telemetry/window-timer.ts";

/** How long readers of `/__stats` may finish at the stop. */
const STATS_GRACE_MS = 1000;

export interface MeasuringDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  /** Of the stats listener. */
  readonly telemetry: HttpTelemetry;
}

/** A gateway that is measured: collected, shown at `/__stats`, pushed. */
export interface Measuring {
  readonly meter: GatewayMeter;
  /** Where `/__stats` is; null: nowhere. */
  readonly statsListen: ListenOptions | null;
  /** Null where nothing is pushed. */
  delivery(): DeliveryState | null;
  /** Pushes a last window within the grace and ends. */
  close(graceMs: number): Promise<void>;
}

/** Fails with `influx_buffer_dir`; a stats port that is taken is only logged. */
export async function startMeasuring(
  { telemetry: options, influx }: MeasuringOptions,
  deps: MeasuringDeps,
): Promise<Measuring> {
  const { clock, log, registry } = deps;
  const pushLog = log.child({ service: "InfluxDB" });
  const push =
    influx === null ? null : await InfluxPush.open(influx, { clock, log: pushLog, registry });
  const telemetry = new GatewayTelemetry({ clock, registry, measured: options.measured });
  const delivery = (): DeliveryState | null => push?.state() ?? null;
  const stats = await openStats(options.statsListen, deps, () =>
    statsDocument(telemetry, delivery()),
  );
  const windows = endWindows(
    options.collectionTimeMs,
    push === null ? () => telemetry.endWindow() : () => push.add(telemetry.collect()),
  );
  return {
    meter: telemetry,
    statsListen: stats?.listen ?? null,
    delivery,
    async close(graceMs) {
      windows[Symbol.dispose]();
      await Promise.all([stats?.close(STATS_GRACE_MS), push?.close(telemetry.collect(), graceMs)]);
      telemetry[Symbol.dispose]();
    },
  };
}

async function openStats(
  listen: ListenOptions | null,
  { log, telemetry }: MeasuringDeps,
  document: () => string,
): Promise<HttpServer | null> {
  if (listen === null) return null;
  const statsLog = log.child({ service: "Stats" });
  try {
    const server = await startStatsServer({ listen, document, log: statsLog, telemetry });
    statsLog.info(
      { listen: formatListen(server.listen), path: "/__stats" },
      "extended metrics are up",
    );
    return server;
  } catch (error) {
    statsLog.error({ error }, "the gateway runs without /__stats");
    return null;
  }
}
