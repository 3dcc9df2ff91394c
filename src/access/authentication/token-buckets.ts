/**
 * Token buckets by key in bounded memory. A bucket starts full, each event takes a token, tokens
 * come back at a steady rate. A key that was not seen for longest is forgotten first, which fills
 * its bucket: memory pressure makes limits milder, never harsher.
 */
export interface TokenBuckets {
  /** Takes a token; returns 0, or the milliseconds until there will be one. */
  take(key: string, monotonicMs: number): number;
  /** Tokens that are there, part of one included; takes none. */
  left(key: string, monotonicMs: number): number;
}

export interface BucketShape {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export function createTokenBuckets(shape: BucketShape, keysMax: number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  const filled = ({ tokens, atMs }: Bucket, monotonicMs: number): number =>
    Math.min(shape.burst, tokens + ((monotonicMs - atMs) / 1000) * shape.perSecond);
  return {
    left: (key, monotonicMs) => {
      const bucket = buckets.get(key);
      return bucket === undefined ? shape.burst : filled(bucket, monotonicMs);
    },
    take: (key, monotonicMs) => {
      const bucket = buckets.get(key) ?? { tokens: shape.burst, atMs: monotonicMs };
      // Put last: a Map keeps the order of insertion, so the first key is the one to forget.
      buckets.delete(key);
      if (buckets.size >= keysMax) forgetFirst(buckets);
      buckets.set(key, bucket);
      bucket.tokens = filled(bucket, monotonicMs);
      bucket.atMs = monotonicMs;
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / shape.perSecond) * 1000);
      bucket.tokens -= 1;
      return 0;
    },
  };
}

function forgetFirst(buckets: Map<string, Bucket>): void {
  const first = buckets.keys().next();
  if (first.done !== true) buckets.delete(first.value);
}
