import type { Registry } from "#telemetry";
import type { ListenOptions } from "#http";
import { createGateway, type Gateway, type GatewayOptions } from "./create-gateway.ts";
import type { DeliveryState } from "./influx/delivery-state.ts";
import { type Measuring, startMeasuring } from "./measuring.ts";
import { silentMeter } from "./meter.ts";

export interface StartGatewayOptions extends Omit<GatewayOptions, "meter"> {
  /** Of the process' own metrics. */
  readonly registry: Registry;
}

/** A gateway that answers, and is measured where its configuration says so. */
export interface MeasuredGateway extends Gateway {
  /** Where `/__stats` is; null: nowhere. */
  readonly statsListen: ListenOptions | null;
  /** How the push to InfluxDB stands; null where nothing is pushed. */
  readonly delivery: () => DeliveryState | null;
}

/** What the last push gets of the grace, even where requests took all of it. */
const LAST_PUSH_MS_MIN = 2000;

/** Comes up or fails as `createGateway` and `startMeasuring` do. */
export async function startGateway(options: StartGatewayOptions): Promise<MeasuredGateway> {
  const { config, clock } = options;
  const measuring =
    config.measuring === null ? null : await startMeasuring(config.measuring, options);
  const gateway = await answering(options, measuring);
  let closing: Promise<number> | null = null;
  const stop = async (graceMs: number): Promise<number> => {
    const startMs = clock.monotonicMs();
    const cut = await gateway.close(graceMs);
    const leftMs = graceMs - (clock.monotonicMs() - startMs);
    await measuring?.close(Math.max(leftMs, Math.min(graceMs, LAST_PUSH_MS_MIN)));
    return cut;
  };
  const close = (graceMs: number): Promise<number> => (closing ??= stop(graceMs));
  return {
    listen: gateway.listen,
    statsListen: measuring?.statsListen ?? null,
    delivery: () => measuring?.delivery() ?? null,
    reloadTls: () => gateway.reloadTls(),
    close,
    [Symbol.asyncDispose]: async () => void (await close(0)),
  };
}

/** A gateway that does not come up leaves no listener of its statistics behind. */
async function answering(
  options: StartGatewayOptions,
  measuring: Measuring | null,
): Promise<Gateway> {
  try {
    return await createGateway({ ...options, meter: measuring?.meter ?? silentMeter });
  } catch (error) {
    await measuring?.close(0);
    throw error;
  }
}
