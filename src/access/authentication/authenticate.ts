import type { Clock } from "#lib/clock";
import type { AccessDatabase } from "../database/access-database.ts";
import type { Principal } from "../principal.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { FailureLimit } from "./failure-limit.ts";
import type { LastUsed } from "./last-used.ts";
import { createVerifiedCredentials, type Verified } from "./verified-credentials.ts";
import { type SecretCheck, verifyClient } from "./verify-client.ts";

/** What came of an attempt. A credential that is not right is never answered with another one's. */
export type Authentication =
  | { readonly kind: "authenticated"; readonly principal: Principal }
  /** No credential: 401 with challenges. */
  | { readonly kind: "missing" }
  /** Malformed, unknown, wrong, expired or revoked: 401, and nobody is told which. */
  | { readonly kind: "invalid"; readonly claimedId: string | null }
  /** The same, too often: 429 with Retry-After. */
  | {
      readonly kind: "limited";
      readonly claimedId: string | null;
      readonly retryAfterSeconds: number;
    };

/** What is known of the request besides its credential. */
export interface AuthenticationContext {
  /** The peer's IP address, as the server decided (never straight from a header). */
  readonly address: string;
}

/**
 * Rejects with `access_database_busy`, `access_database_failed`, `access_data_invalid`,
 * `key_set_unavailable`: then it cannot be told who it is, which is 503 and not 401.
 */
export type Authenticate = (
  authorization: readonly string[],
  context: AuthenticationContext,
) => Promise<Authentication>;

/** The same for a client that shows id and secret otherwise than in the header's raw form. */
export type AuthenticateClient = (
  id: string,
  secret: string,
  context: AuthenticationContext,
) => Promise<Authentication>;

export interface Authenticators {
  readonly authenticate: Authenticate;
  readonly authenticateClient: AuthenticateClient;
}

/** Who a bearer token is: ours or a provider's. */
export interface TokenCheck {
  verify(token: string): Promise<Verified | null>;
  /** Rises when what was verified may not count any more, beside changes of the database. */
  generation(): number;
}

export interface AuthenticateDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly failureLimit: FailureLimit;
  readonly lastUsed: LastUsed;
  readonly tokens: TokenCheck;
  readonly check?: SecretCheck;
}

/** Stands for the id where a token is all there is; HTTP Basic has no empty id. */
const NO_ID = "";

export function createAuthenticators(deps: AuthenticateDeps): Authenticators {
  const { database, clock, failureLimit, lastUsed, tokens } = deps;
  const verified = createVerifiedCredentials();
  const checkOption = deps.check === undefined ? {} : { check: deps.check };

  const remembered = async (
    id: string,
    secret: string,
    find: (nowMs: number) => Promise<Verified | null>,
  ): Promise<Principal | null> => {
    const at = {
      // Both only rise, so their sum is another one whenever either is.
      generation: database.generation() + tokens.generation(),
      wallMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
    };
    const known = verified.find(id, secret, at);
    if (known !== null) return known;
    const found = await find(at.wallMs);
    if (found !== null) verified.keep(id, secret, found, at);
    return found?.principal ?? null;
  };
  const outcome = (id: string, address: string, principal: Principal | null): Authentication => {
    if (principal !== null) {
      lastUsed.add(principal.clientId, clock.nowMs());
      return { kind: "authenticated", principal };
    }
    const retryAfterSeconds = failureLimit.charge(id, address);
    const claimedId = id === NO_ID ? null : id;
    if (retryAfterSeconds === 0) return { kind: "invalid", claimedId };
    return { kind: "limited", claimedId, retryAfterSeconds };
  };
  const authenticateClient: AuthenticateClient = async (id, secret, { address }) => {
    const find = (nowMs: number) =>
      verifyClient(database.reader, id, secret, { nowMs, ...checkOption });
    return outcome(id, address, await remembered(id, secret, find));
  };

  return {
    authenticateClient,
    authenticate: async (authorization, context) => {
      const credential = readAuthorization(authorization);
      switch (credential.kind) {
        case "none":
          return { kind: "missing" };
        case "malformed":
          return outcome(NO_ID, context.address, null);
        case "bearer": {
          const { token } = credential;
          const find = () => tokens.verify(token);
          return outcome(NO_ID, context.address, await remembered(NO_ID, token, find));
        }
        case "basic":
          return authenticateClient(credential.id, credential.secret, context);
      }
    },
  };
}
