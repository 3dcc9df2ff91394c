import type { Clock } from "#lib/clock";
import type { BucketOptions } from "../config/extra/rate-limit-options.ts";
import { RATE_LIMITED_CLIENTS_MAX } from "../limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * A bucket a client. Clients are strangers and can be as many as they like, so full buckets are
 * forgotten, and past the limit those that have not been asked for longest.
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
    if (this.#buckets.size > RATE_LIMITED_CLIENTS_MAX) this.#forgetSome();
    return bucket.take();
  }

  #forgetSome(): void {
    for (const [client, bucket] of this.#buckets) {
      if (bucket.isFull()) this.#buckets.delete(client);
    }
    for (const client of this.#buckets.keys()) {
      if (this.#buckets.size <= RATE_LIMITED_CLIENTS_MAX) break;
      this.#buckets.delete(client);
    }
  }
}
