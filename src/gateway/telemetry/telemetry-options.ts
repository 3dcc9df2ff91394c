import type { ListenOptions } from "#http";
import type { ExtraConfig } from "../config/extra-config.ts";
import { Fields, isObject } from "../config/fields.ts";
import type { Findings } from "../config/finding.ts";
import { GO_DURATION, parseGoDuration } from "../config/go-duration.ts";
import type { MeasuredLayers } from "./gateway-telemetry.ts";
import { COLLECTION_MS_MIN } from "./limits.ts";
import { flagOption, intervalOption, textOption } from "./lenient-option.ts";

const NAMESPACE = "telemetry/metrics";

/** `telemetry/metrics` of the root's `extra_config`. */
export interface TelemetryOptions {
  readonly collectionTimeMs: number;
  /** Where the stats listener waits; null: there is none. */
  readonly statsListen: ListenOptions | null;
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
  const statsListen = readListen(fields);
  const options = {
    collectionTimeMs: readCollectionTime(fields),
    statsListen: flagOption(fields, "endpoint_disabled") ? null : statsListen,
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
    const intervalMs = intervalOption(fields, key, value) ?? DEFAULT_COLLECTION_MS;
    if (intervalMs >= COLLECTION_MS_MIN) return intervalMs;
    fields.warn(key, `${value} is too short to be kept, so it counts as ${COLLECTION_MS_MIN}ms`);
    return COLLECTION_MS_MIN;
  }
  return DEFAULT_COLLECTION_MS;
}

function readListen(fields: Fields): ListenOptions {
  const text = textOption(fields, "listen_address", DEFAULT_ADDRESS);
  const address = parseAddress(text);
  if (address !== null) return address;
  fields.refuse(
    "listen_address",
    `${JSON.stringify(text)} is no address: write ":8090" or host:port`,
  );
  return { kind: "tcp", host: "", port: 0 };
}

function parseAddress(text: string): ListenOptions | null {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return null;
  return { kind: "tcp", host: match[1] ?? match[2] ?? "", port };
}
