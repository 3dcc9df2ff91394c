import type { ExtraConfig } from "../config/extra-config.ts";
import { Fields, isObject } from "../config/fields.ts";
import type { Findings } from "../config/finding.ts";
import { GO_DURATION, parseGoDuration } from "../config/go-duration.ts";
import type { MeasuredLayers } from "./gateway-telemetry.ts";
import { flagOption, intervalOption, textOption } from "./lenient-option.ts";

const NAMESPACE = "telemetry/metrics";

/** Where the stats listener waits; an empty host means every address. */
export interface StatsAddress {
  readonly host: string;
  readonly port: number;
}

/** `telemetry/metrics` of the root's `extra_config`. */
export interface TelemetryOptions {
  readonly collectionTimeMs: number;
  /** Null: no listener. */
  readonly statsAddress: StatsAddress | null;
  readonly measured: MeasuredLayers;
}

const DEFAULT_COLLECTION_MS = 60_000;
const DEFAULT_ADDRESS = ":8090";

/** Null where the namespace is absent or no object: then nothing is measured. */
export function readTelemetryOptions(
  extraConfig: ExtraConfig,
  findings: Findings,
): TelemetryOptions | null {
  const namespace = extraConfig[NAMESPACE];
  if (!isObject(namespace)) return null;
  const fields = new Fields(namespace, `extra_config.${NAMESPACE}`, findings);
  const statsAddress = readAddress(fields);
  const options = {
    collectionTimeMs: readCollectionTime(fields),
    statsAddress: flagOption(fields, "endpoint_disabled") ? null : statsAddress,
    measured: {
      router: !flagOption(fields, "router_disabled"),
      pipe: !flagOption(fields, "proxy_disabled"),
      backend: !flagOption(fields, "backend_disabled"),
    },
  };
  fields.finish();
  return options;
}

function readCollectionTime(fields: Fields): number {
  const key = "collection_time";
  const value = fields.raw(key) ?? "60s";
  if (typeof value !== "string") {
    fields.refuse(key, `expected ${GO_DURATION} in quotes`);
  } else if (parseGoDuration(value) === null) {
    fields.warn(key, `${JSON.stringify(value)} is no duration, so it counts as 60s`);
  } else {
    return intervalOption(fields, key, value) ?? DEFAULT_COLLECTION_MS;
  }
  return DEFAULT_COLLECTION_MS;
}

function readAddress(fields: Fields): StatsAddress {
  const text = textOption(fields, "listen_address", DEFAULT_ADDRESS);
  const address = parseAddress(text);
  if (address !== null) return address;
  fields.refuse(
    "listen_address",
    `${JSON.stringify(text)} is no address: write ":8090" or host:port`,
  );
  return { host: "", port: 0 };
}

function parseAddress(text: string): StatsAddress | null {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match === null || port > 65_535 ? null : { host: match[1] ?? match[2] ?? "", port };
}
