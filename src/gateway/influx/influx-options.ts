import { resolve } from "node:path";
import { Secret } from "#lib/secret";
import type { ExtraConfig } from "../config/extra-config.ts";
import { Fields, isObject } from "../config/fields.ts";
import type { Findings } from "../config/finding.ts";
import { GO_DURATION, parseGoDuration } from "../config/go-duration.ts";
import { countOption, intervalOption, textOption } from "../telemetry/lenient-option.ts";

const NAMESPACE = "telemetry/influx";
const DEFAULT_NAME = "krakend";
const DEFAULT_TTL_MS = 60_000;

/** Of InfluxDB 1, which InfluxDB 2 understands, too. */
interface DatabaseTarget {
  readonly kind: "v1";
  readonly database: string;
  readonly username: string;
  readonly password: Secret;
}

/** Of InfluxDB 2 and later. */
interface BucketTarget {
  readonly kind: "v2";
  readonly org: string;
  readonly bucket: string;
  /** The token itself, or the file that holds it and is read for each write. */
  readonly token: { readonly value: Secret } | { readonly file: string };
}

/** `telemetry/influx` of the root's `extra_config`. */
export interface InfluxOptions {
  readonly address: URL;
  readonly target: DatabaseTarget | BucketTarget;
  readonly ttlMs: number;
  /** How many batches outlive a failed push. */
  readonly bufferSize: number;
  /** Where they outlive the process. */
  readonly bufferFolder: string | null;
}

/**
 * Null where nothing is to be pushed. `folder` is the configuration file's: relative paths start
 * there.
 */
export function readInfluxOptions(
  extraConfig: ExtraConfig,
  folder: string,
  findings: Findings,
): InfluxOptions | null {
  const namespace = extraConfig[NAMESPACE];
  if (!isObject(namespace)) return null;
  const fields = new Fields(namespace, `extra_config.${NAMESPACE}`, findings);
  const address = readAddress(fields);
  const ttlMs = readTtl(fields);
  const bufferSize = countOption(fields, "buffer_size", 0);
  const target = readTarget(fields, address, folder);
  const bufferDir = textOption(fields, "buffer_dir", "");
  fields.finish();
  if (bufferDir !== "" && bufferSize === 0) {
    fields.warn("buffer_dir", "has no effect without a buffer_size above 0");
  }
  if (address === null || ttlMs === null) return null;
  const bufferFolder = bufferDir === "" || bufferSize === 0 ? null : resolve(folder, bufferDir);
  return { address, target, ttlMs, bufferSize, bufferFolder };
}

function readAddress(fields: Fields): URL | null {
  const text = textOption(fields, "address", "");
  const address = URL.canParse(text) ? new URL(text) : null;
  if (address !== null && /^https?:$/.test(address.protocol)) return address;
  const problem = text === "" ? "is missing" : "is no URL with http or https";
  fields.warn("address", `${problem}, so nothing is pushed: write "http://host:8086"`);
  return null;
}

/** Null: nothing can be pushed. */
function readTtl(fields: Fields): number | null {
  const value = fields.raw("ttl") ?? "1m";
  if (typeof value !== "string") {
    fields.warn("ttl", `is not a text, so it counts as 1m: write ${GO_DURATION}`);
    return DEFAULT_TTL_MS;
  }
  if (parseGoDuration(value) !== null) return intervalOption(fields, "ttl", value);
  fields.warn("ttl", `${JSON.stringify(value)} is no duration, so nothing is pushed`);
  return null;
}

function readTarget(
  fields: Fields,
  address: URL | null,
  folder: string,
): DatabaseTarget | BucketTarget {
  const database = textOption(fields, "db", DEFAULT_NAME);
  const username = textOption(fields, "username", decodeURIComponent(address?.username ?? ""));
  const ownPassword = decodeURIComponent(address?.password ?? "");
  const password = new Secret(textOption(fields, "password", ownPassword));
  const token = textOption(fields, "token", "");
  const tokenFile = textOption(fields, "token_file", "");
  const org = textOption(fields, "org", "");
  const bucket = textOption(fields, "bucket", database);
  if (token === "" && tokenFile === "") {
    if (org !== "") fields.warn("org", "has no effect without token or token_file");
    return { kind: "v1", database, username, password };
  }
  if (username !== "") fields.warn("username", "has no effect beside a token");
  if (token !== "" && tokenFile !== "") fields.warn("token_file", "has no effect beside token");
  return {
    kind: "v2",
    org,
    bucket,
    token: token === "" ? { file: resolve(folder, tokenFile) } : { value: new Secret(token) },
  };
}
