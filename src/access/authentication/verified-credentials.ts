import { hash, randomBytes } from "node:crypto";
import type { Principal } from "../principal.ts";
import { VERIFIED_CREDENTIAL_AGE_MAX_MS, VERIFIED_CREDENTIALS_MAX } from "./limits.ts";

/**
 * Remembers who proved to be whom, so that a scrape costs a hash instead of queries. Only right
 * credentials are kept, under a SHA-256 with a key that lives and dies with the process: the memory
 * holds no secret, and an entry can only be found with one. (`createHmac` would take several times
 * as long; its protection against extended messages is not needed where no digest leaves the
 * process.) Everything is forgotten when the database's generation changes, so a revocation holds
 * from the next request on.
 */
export interface VerifiedCredentials {
  find(id: string, secret: string, at: CacheTime): Principal | null;
  /** `untilMs`: when the client or its secret expires, wall clock; null: never. */
  keep(id: string, secret: string, verified: Verified, at: CacheTime): void;
}

export interface Verified {
  readonly principal: Principal;
  readonly untilMs: number | null;
}

interface CacheTime {
  /** The database's generation that was read before the queries began. */
  readonly generation: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

interface Entry extends Verified {
  readonly forgetAtMonotonicMs: number;
}

const KEY_BYTES = 32;

export function createVerifiedCredentials(): VerifiedCredentials {
  const processKey = randomBytes(KEY_BYTES).toString("base64");
  const entries = new Map<string, Entry>();
  let entriesGeneration = 0;

  const keyOf = (id: string, secret: string): string =>
    hash("sha256", `${processKey}${id.length}:${id}:${secret}`, "base64");
  const isCurrent = ({ generation }: CacheTime): boolean => {
    if (generation > entriesGeneration) {
      entries.clear();
      entriesGeneration = generation;
    }
    return generation === entriesGeneration;
  };

  return {
    find: (id, secret, at) => {
      if (!isCurrent(at)) return null;
      const key = keyOf(id, secret);
      const entry = entries.get(key);
      if (entry === undefined) return null;
      const isFresh = at.monotonicMs < entry.forgetAtMonotonicMs;
      if (isFresh && (entry.untilMs === null || at.wallMs < entry.untilMs)) return entry.principal;
      entries.delete(key);
      return null;
    },
    keep: (id, secret, verified, at) => {
      // What was read before a change must not outlive it.
      if (!isCurrent(at)) return;
      if (entries.size >= VERIFIED_CREDENTIALS_MAX) entries.clear();
      const forgetAtMonotonicMs = at.monotonicMs + VERIFIED_CREDENTIAL_AGE_MAX_MS;
      entries.set(keyOf(id, secret), { ...verified, forgetAtMonotonicMs });
    },
  };
}
