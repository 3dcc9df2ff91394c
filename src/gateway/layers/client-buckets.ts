import type { Clock } from "#lib/clock";
import type { BucketOptions } from "../config/extra/rate-limit-options.ts";
import { RATE_LIMITED_CLIENTS_MAX } from "../limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * A bucket a client. Clients are strangers and can be as many as they like: past the limit the one
 * that has not asked for longest is forgotten, whose bucket is most likely full again.
 */
export class ClientBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #options: BucketOptions;
  readonly #clock: Clock;

  constructor(options: BucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  take(client: string): boolean {
    const bucket = this.#buckets.get(client) ?? new TokenBucket(this.#options, this.#clock);
    // Insertion order is the order of last use.
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > RATE_LIMITED_CLIENTS_MAX) {
      const [oldest = client] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return bucket.take();
  }
}
