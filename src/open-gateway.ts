import type { GaugewayConfig } from "#config";
import {
  formatGatewayFinding,
  GatewayConfigError,
  loadGatewayConfig,
  type MeasuredGateway,
  startGateway,
} from "#gateway";
import type { HttpTelemetry } from "#http";
import type { Logger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import type { Registry } from "#telemetry";

export interface OpenGatewayOptions {
  readonly section: NonNullable<GaugewayConfig["gateway"]>;
  readonly version: string;
  readonly log: Logger;
  readonly registry: Registry;
  readonly telemetry: HttpTelemetry;
}

/** Loads the krakend file and starts what it describes, or fails with `gateway_config_refused`. */
export async function openGateway(options: OpenGatewayOptions): Promise<MeasuredGateway> {
  const { section, version, registry, telemetry } = options;
  const { file, ignoredNamespaces, limits } = section;
  const log = options.log.child({ part: "gateway" });
  const loaded = loadGatewayConfig({ file, env: process.env, ignoredNamespaces });
  if (loaded.kind === "refused") throw new GatewayConfigError(file, loaded.errors);
  const ignored = loaded.warnings.map((warning) => formatGatewayFinding(file, warning));
  if (ignored.length > 0)
    log.warn({ ignored }, "parts of the gateway's configuration have no effect");
  const { config } = loaded;
  return startGateway({
    config,
    limits,
    version,
    clock: systemClock,
    log,
    registry,
    telemetry,
  });
}
