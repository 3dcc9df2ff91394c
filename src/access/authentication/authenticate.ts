import type { Clock } from "#lib/clock";
import type { AccessDatabase } from "../database/access-database.ts";
import type { Principal } from "../principal.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { FailureLimit } from "./failure-limit.ts";
import type { LastUsed } from "./last-used.ts";
import { createVerifiedCredentials } from "./verified-credentials.ts";
import { type SecretCheck, verifyClient } from "./verify-client.ts";

/** What came of an attempt. A credential that is not right is never answered with another one's. */
export type Authentication =
  | { readonly kind: "authenticated"; readonly principal: Principal }
  /** No credential: 401 with challenges. */
  | { readonly kind: "missing" }
  /** Malformed, unknown, wrong, expired or revoked: 401, and nobody is told which. */
  | { readonly kind: "invalid" }
  /** The same, too often: 429 with Retry-After. */
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

/** What is known of the request besides its credential. */
export interface AuthenticationContext {
  /** The peer's IP address, as the server decided (never straight from a header). */
  readonly address: string;
}

/**
 * Rejects with `access_database_busy`, `access_database_failed`, `access_data_invalid`: then nobody
 * can be authenticated, which is 503 and not 401.
 */
export type Authenticate = (
  authorization: readonly string[],
  context: AuthenticationContext,
) => Promise<Authentication>;

export interface AuthenticateDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly failureLimit: FailureLimit;
  readonly lastUsed: LastUsed;
  readonly check?: SecretCheck;
}

export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { database, clock, failureLimit, lastUsed } = deps;
  const verified = createVerifiedCredentials();
  const checkOption = deps.check === undefined ? {} : { check: deps.check };

  const verify = async (id: string, secret: string): Promise<Principal | null> => {
    const at = {
      generation: database.generation(),
      wallMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
    };
    const known = verified.find(id, secret, at);
    if (known !== null) return known;
    const options = { nowMs: at.wallMs, ...checkOption };
    const found = await verifyClient(database.reader, id, secret, options);
    if (found !== null) verified.keep(id, secret, found, at);
    return found?.principal ?? null;
  };
  const failure = (id: string, address: string): Authentication => {
    const retryAfterSeconds = failureLimit.charge(id, address);
    return retryAfterSeconds === 0 ? { kind: "invalid" } : { kind: "limited", retryAfterSeconds };
  };

  return async (authorization, { address }) => {
    const credential = readAuthorization(authorization);
    switch (credential.kind) {
      case "none":
        return { kind: "missing" };
      // No access tokens are issued yet, so none can be right.
      case "bearer":
      case "malformed":
        return failure("", address);
      case "basic": {
        const principal = await verify(credential.id, credential.secret);
        if (principal === null) return failure(credential.id, address);
        lastUsed.touch(principal.clientId, clock.nowMs());
        return { kind: "authenticated", principal };
      }
    }
  };
}
