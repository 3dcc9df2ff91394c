import type { Fields } from "../fields.ts";

const ANY = { min: 0, max: 1e9 };
/** A shorter period counts as this. */
const PERIOD_MIN_MS = 1000;

export interface BucketOptions {
  readonly tokensPerSecond: number;
  readonly capacity: number;
}

/** How clients are told apart, where each has a bucket of its own. */
export type ClientKey =
  | { readonly kind: "ip" }
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "parameter"; readonly name: string };

export interface RouterRateLimit {
  readonly all: BucketOptions | null;
  readonly perClient: (BucketOptions & { readonly key: ClientKey }) | null;
}

function readPeriodSeconds(fields: Fields): number {
  return Math.max(fields.duration("every", PERIOD_MIN_MS), PERIOD_MIN_MS) / 1000;
}

/** Null where there is no rate: then nothing is limited. */
function bucketOf(rate: number, capacity: number, periodSeconds: number): BucketOptions | null {
  if (rate <= 0) return null;
  const tokensPerSecond = rate / periodSeconds;
  return { tokensPerSecond, capacity: capacity > 0 ? capacity : Math.max(1, tokensPerSecond) };
}

export function readProxyRateLimit(fields: Fields): BucketOptions | null {
  const periodSeconds = readPeriodSeconds(fields);
  const bucket = bucketOf(
    fields.number("max_rate", 0, ANY),
    fields.number("capacity", 0, ANY),
    periodSeconds,
  );
  fields.finish();
  return bucket;
}

export function readRouterRateLimit(fields: Fields): RouterRateLimit {
  const periodSeconds = readPeriodSeconds(fields);
  const rate = fields.number("max_rate", 0, ANY);
  const all = bucketOf(rate, fields.number("capacity", 0, ANY), periodSeconds);
  const clientRate = fields.number("client_max_rate", 0, ANY);
  let clientCapacity = fields.number("client_capacity", 0, ANY);
  // Parity: without a total rate of at least one per second a client's bucket holds one token.
  if (clientCapacity === 0 && rate / periodSeconds < 1) clientCapacity = 1;
  const client = bucketOf(clientRate, clientCapacity, periodSeconds);
  const key = readClientKey(fields);
  fields.finish(["cleanup_period", "cleanup_threads", "num_shards"]);
  return { all, perClient: client === null || key === null ? null : { ...client, key } };
}

function readClientKey(fields: Fields): ClientKey | null {
  const strategy = fields.string("strategy", "");
  const name = fields.string("key", "");
  const client = fields.has("client_max_rate");
  if (strategy === "ip") {
    return name === "" ? { kind: "ip" } : { kind: "header", name: name.toLowerCase() };
  }
  if (strategy === "header") return { kind: "header", name: name.toLowerCase() };
  if (strategy === "param") return { kind: "parameter", name };
  if (client)
    fields.warn("strategy", "expected ip, header or param; without it clients are not limited");
  return null;
}
