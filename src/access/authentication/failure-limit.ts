import type { Clock } from "#lib/clock";
import { networkOf } from "./network-of.ts";
import { type BucketShape, createTokenBuckets } from "./token-buckets.ts";

/**
 * Limits on failed authentication. Only failures are charged and a right secret is never asked for
 * a token, so neither a neighbour behind the same address nor somebody who knows a client's id can
 * lock the rightful owner out. What keeps secrets from being guessed is their 200 bits; what this
 * does is to tell a wrongly configured scraper to slow down, alike for ids that exist and for ids
 * that do not.
 */
export interface FailureLimit {
  /** Charges one failure; returns 0, or the seconds after which to try again. */
  charge(clientId: string, address: string): number;
}

export interface FailureLimitOptions {
  /** Failures of one id from one address. */
  readonly perClientAndAddress: BucketShape;
  /** Failures from one address, whatever the id. */
  readonly perAddress: BucketShape;
  /** Keys remembered for each of the two. */
  readonly keysMax: number;
}

export function createFailureLimit(options: FailureLimitOptions, clock: Clock): FailureLimit {
  const byClient = createTokenBuckets(options.perClientAndAddress, options.keysMax);
  const byAddress = createTokenBuckets(options.perAddress, options.keysMax);
  return {
    charge: (clientId, address) => {
      const nowMs = clock.monotonicMs();
      const network = networkOf(address);
      const waitMs = Math.max(
        // The network cannot contain a blank, so the pair is unambiguous.
        byClient.take(`${network} ${clientId}`, nowMs),
        byAddress.take(network, nowMs),
      );
      return Math.ceil(waitMs / 1000);
    },
  };
}
