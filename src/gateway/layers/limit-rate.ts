import type { Clock } from "#lib/clock";
import type { BucketOptions } from "../config/extra/rate-limit-options.ts";
import { BackendFailure } from "../errors.ts";
import { failed, type Layer } from "../proxy/proxy.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Calls of a backend over its rate fail without reaching it. */
export function limitRate(options: BucketOptions, clock: Clock): Layer {
  const bucket = new TokenBucket(options, clock);
  return (next) => (call) => {
    if (bucket.take()) return next(call);
    const text = "The backend's rate limit is reached: try again later.";
    return Promise.resolve(failed(new BackendFailure("backend_rate_limit", text)));
  };
}
