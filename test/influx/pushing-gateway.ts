import {
  type DeliveryState,
  Findings,
  type GatewayMeter,
  readMeasuringOptions,
  startMeasuring,
} from "#gateway";
import { createHttpTelemetry } from "#http";
import { type Logger, silentLogger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { createRegistry } from "#telemetry";

export interface PushingGateway {
  readonly meter: GatewayMeter;
  readonly errors: readonly string[];
  delivery(): DeliveryState;
  close(): Promise<void>;
}

/** The gateway's measuring with these namespaces, its stats listener left out. */
export async function startPushing(
  influx: Readonly<Record<string, unknown>>,
  collectionTime = "1s",
): Promise<PushingGateway> {
  const findings = new Findings();
  const options = readMeasuringOptions(
    {
      "telemetry/metrics": { collection_time: collectionTime, endpoint_disabled: true },
      "telemetry/influx": influx,
    },
    "/",
    findings,
  );
  if (options === null) throw new Error(JSON.stringify(findings));
  const errors: string[] = [];
  const registry = createRegistry();
  const measuring = await startMeasuring(options, {
    clock: systemClock,
    log: errorLogger(errors),
    registry,
    telemetry: createHttpTelemetry(registry),
  });
  return {
    meter: measuring.meter,
    errors,
    delivery() {
      const state = measuring.delivery();
      if (state === null) throw new Error("nothing is pushed");
      return state;
    },
    close: () => measuring.close(5000),
  };
}

function errorLogger(errors: string[]): Logger {
  return {
    ...silentLogger,
    error: (_fields, message) => void errors.push(message),
    child: () => errorLogger(errors),
  };
}
