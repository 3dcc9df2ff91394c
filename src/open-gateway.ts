import type { GaugewayConfig } from "#config";
import {
  createGateway,
  formatGatewayFinding,
  type Gateway,
  GatewayConfigError,
  loadGatewayConfig,
  silentMeter,
} from "#gateway";
import type { HttpTelemetry } from "#http";
import type { Logger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";

export interface OpenGatewayOptions {
  readonly section: NonNullable<GaugewayConfig["gateway"]>;
  readonly version: string;
  readonly log: Logger;
  readonly telemetry: HttpTelemetry;
}

/** Loads the krakend file and starts what it describes, or fails with `gateway_config_refused`. */
export async function openGateway(options: OpenGatewayOptions): Promise<Gateway> {
  const { section, version, telemetry } = options;
  const { file, ignoredNamespaces, limits } = section;
  const log = options.log.child({ part: "gateway" });
  const loaded = loadGatewayConfig({ file, env: process.env, ignoredNamespaces });
  if (loaded.kind === "refused") throw new GatewayConfigError(file, loaded.errors);
  const ignored = loaded.warnings.map((warning) => formatGatewayFinding(file, warning));
  if (ignored.length > 0)
    log.warn({ ignored }, "parts of the gateway's configuration have no effect");
  const { config } = loaded;
  return createGateway({
    config,
    limits,
    version,
    clock: systemClock,
    log,
    meter: silentMeter,
    telemetry,
  });
}
