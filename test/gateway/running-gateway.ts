import {
  createGateway,
  defaultGatewayLimits,
  type Gateway,
  type GatewayLimits,
  type GatewayMeter,
} from "#gateway";
import { createHttpTelemetry } from "#http";
import type { Clock } from "#lib/clock";
import { silentLogger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { createRegistry } from "#telemetry";
import { configOf } from "./config-of.ts";
import { recordingMeter, type RecordingMeter } from "./recording-meter.ts";

export interface RunningGateway extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  readonly meter: RecordingMeter;
  readonly gateway: Gateway;
}

export interface RunOptions {
  readonly limits?: Partial<GatewayLimits>;
  readonly clock?: Clock;
  readonly meter?: GatewayMeter;
}

/** A gateway on loopback with this configuration, read from a file as a user's would be. */
export async function runGateway(
  root: Readonly<Record<string, unknown>>,
  options: RunOptions = {},
): Promise<RunningGateway> {
  const meter = recordingMeter();
  const gateway = await createGateway({
    config: configOf(root),
    limits: { ...defaultGatewayLimits, ...options.limits },
    version: "1.2.3",
    clock: options.clock ?? systemClock,
    log: silentLogger,
    meter: options.meter ?? meter,
    telemetry: createHttpTelemetry(createRegistry()),
  });
  const port = gateway.listen.kind === "tcp" ? gateway.listen.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    meter,
    gateway,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}
