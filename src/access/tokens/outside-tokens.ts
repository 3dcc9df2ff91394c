/**
 * Tokens of outside identity providers. Who the issuer is decides which keys count, and nothing in a
 * token decides where they come from. What the token is worth is the operator's rule: it opens one
 * tenant's data, with a tenant's scopes, and never makes an operator.
 */
import { isDeepStrictEqual } from "node:util";
import type { JWTPayload, JWTVerifyOptions } from "jose";
import type { ClientId, TenantId } from "#model";
import type { Clock } from "#lib/clock";
import { currentEntitlement } from "../administration/tenant-rows.ts";
import { entitlementFacts } from "../authentication/live-client.ts";
import type { Verified } from "../authentication/verified-credentials.ts";
import type { AccessDatabase, Reader } from "../database/access-database.ts";
import type { ClientPrincipal } from "../principal.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { createKeySetKeeper, type KeySetKeeper } from "./key-set-keeper.ts";
import { PROVIDER_CLOCK_SKEW_MAX_MS } from "./limits.ts";
import { loadKeySet } from "./load-key-set.ts";
import { scopesOf, tenantOf } from "./provider-claims.ts";

export interface OutsideTokens {
  /** Null where the token is not right. Throws `key_set_unavailable`. */
  verify(token: string): Promise<Verified | null>;
  /** Rises when the providers change: what was verified before does not count any more. */
  generation(): number;
}

export interface OutsideTokensDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Another list after a reload that changed it. */
  readonly providers: () => readonly IdentityProvider[];
}

interface Known {
  readonly provider: IdentityProvider;
  readonly keys: KeySetKeeper;
}

/**
 * `JWT` and none at all are what providers write that do not follow RFC 9068; ID tokens have them too,
 * and are kept out by their audience. Logout tokens, DPoP proofs and the like have other types.
 */
const TYPES: readonly unknown[] = [undefined, "jwt", "at+jwt", "application/at+jwt"];
const SUBJECT_CHARS_MAX = 255;

export function createOutsideTokens(deps: OutsideTokensDeps): OutsideTokens {
  const { database, clock } = deps;
  let configured: readonly IdentityProvider[] = [];
  let known = new Map<string, Known>();
  let generation = 0;

  const current = (): ReadonlyMap<string, Known> => {
    const providers = deps.providers();
    if (providers === configured) return known;
    configured = providers;
    generation += 1;
    const before = known;
    known = new Map(
      providers.map((provider) => {
        const keys = keptKeys(before, provider) ?? newKeys(deps, provider);
        return [provider.issuer, { provider, keys }];
      }),
    );
    return known;
  };

  return {
    generation: () => {
      current();
      return generation;
    },
    verify: async (token) => {
      const issuers = current();
      if (issuers.size === 0) return null;
      const nowMs = clock.nowMs();
      const from = issuers.get((await unverifiedIssuer(token)) ?? "");
      const claims = from === undefined ? null : await verifiedClaims(from, token, nowMs);
      if (from === undefined || claims === null) return null;
      const principal = await principalOf(database.reader, from.provider, claims);
      if (principal === null) return null;
      return { principal, untilMs: (claims.exp ?? 0) * 1000 + PROVIDER_CLOCK_SKEW_MAX_MS };
    },
  };
}

/** A reload that changes something else must not lose the keys of an issuer that is down. */
function keptKeys(
  before: ReadonlyMap<string, Known>,
  { issuer, keySet }: IdentityProvider,
): KeySetKeeper | null {
  const kept = before.get(issuer);
  return isDeepStrictEqual(kept?.provider.keySet, keySet) ? (kept?.keys ?? null) : null;
}

function newKeys(
  { clock, onError }: OutsideTokensDeps,
  { issuer, keySet }: IdentityProvider,
): KeySetKeeper {
  return createKeySetKeeper({ issuer, load: () => loadKeySet(keySet), clock, onError });
}

/** Only chooses whose keys have to fit. */
async function unverifiedIssuer(token: string): Promise<string | null> {
  const { decodeJwt, errors } = await import("jose");
  try {
    return decodeJwt(token).iss ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** What the token says, where its issuer signed it for us and it is in time; else null. */
async function verifiedClaims(
  { provider, keys }: Known,
  token: string,
  nowMs: number,
): Promise<JWTPayload | null> {
  const { decodeProtectedHeader, errors, jwtVerify } = await import("jose");
  const options: JWTVerifyOptions = {
    algorithms: [...provider.algorithms],
    issuer: provider.issuer,
    audience: [...provider.audiences],
    currentDate: new Date(nowMs),
    clockTolerance: PROVIDER_CLOCK_SKEW_MAX_MS / 1000,
    requiredClaims: ["exp", "sub"],
  };
  try {
    const header = decodeProtectedHeader(token);
    if (!TYPES.includes(header.typ?.toLowerCase())) return null;
    const { alg = "" } = header;
    if (!provider.algorithms.includes(alg)) return null;
    const key = await keys.find({ ...header, alg });
    return key === null ? null : (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    // Headers that are no JSON, and keys that are too weak for their algorithm, are a TypeError.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

async function principalOf(
  reader: Reader,
  provider: IdentityProvider,
  claims: JWTPayload,
): Promise<ClientPrincipal | null> {
  const subject = claims.sub ?? "";
  if (subject === "" || subject.length > SUBJECT_CHARS_MAX || /\p{Cc}/u.test(subject)) return null;
  const name = tenantOf(provider.tenant, claims);
  const tenant = name === null ? undefined : await selectTenant(reader, name);
  if (tenant === undefined) return null;
  const { entitlement } = await currentEntitlement(reader, tenant.id);
  return {
    kind: "client",
    // No client of ours can have a bar in its id.
    clientId: `${provider.name}|${subject}` as ClientId,
    clientName: `${subject} (${provider.name})`,
    owner: "tenant",
    tenantId: tenant.id as TenantId,
    tenantName: tenant.name,
    scopes: scopesOf(provider.scopes, claims),
    ...entitlementFacts(entitlement),
  };
}

function selectTenant(
  reader: Reader,
  name: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  return reader
    .selectFrom("tenant")
    .select(["id", "name"])
    .where("name", "=", name)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
}
