import type { ClientId, TenantId } from "#model";
import { currentEntitlement } from "../administration/tenant-rows.ts";
import { hashSecret, type SecretHash, secretMatches } from "../credential/secret-hash.ts";
import type { Reader } from "../database/access-database.ts";
import { NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { entitlementKey } from "../entitlement/entitlement-key.ts";
import type { Principal } from "../principal.ts";
import type { Verified } from "./verified-credentials.ts";

/** Checks one secret; replaceable so that a test can count. */
export type SecretCheck = (stored: SecretHash, secret: string) => boolean;

/**
 * Secrets compared for every attempt, whether the id exists, has one secret or two: who measures
 * the answer's time learns nothing about ids.
 */
const COMPARISONS = 2;

/** What a secret is compared with where there is none: the hash of something that nobody knows. */
const DECOY = hashSecret(crypto.randomUUID());

/**
 * Who the id and secret belong to, or null: unknown id, wrong secret, expired, revoked and deleted
 * are not told apart. Rejects with the errors of the database.
 */
export async function verifyClient(
  reader: Reader,
  id: string,
  secret: string,
  options: { readonly nowMs: number; readonly check?: SecretCheck },
): Promise<Verified | null> {
  const { nowMs, check = secretMatches } = options;
  const client = await selectClient(reader, id);
  const secrets = await selectSecrets(reader, id);
  let matched: StoredSecret | null = null;
  for (let i = 0; i < COMPARISONS; i++) {
    const stored = secrets[i];
    const isRight = check(stored ?? DECOY, secret);
    if (isRight && stored !== undefined && isLive(stored.expires_at_ms, nowMs)) matched = stored;
  }
  if (client === undefined || matched === null) return null;
  if (client.revoked_at_ms !== null || !isLive(client.expires_at_ms, nowMs)) return null;
  const isTenants = client.tenant_id !== null;
  if (isTenants && (client.tenant_name === null || client.deleted_at_ms !== null)) return null;
  return {
    principal: await principalOf(reader, client),
    untilMs: earliest(client.expires_at_ms, matched.expires_at_ms),
  };
}

interface StoredSecret extends SecretHash {
  readonly expires_at_ms: number | null;
}

interface SelectedClient {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string | null;
  readonly scopes: string;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly tenant_name: string | null;
  readonly deleted_at_ms: number | null;
}

function selectClient(reader: Reader, id: string): Promise<SelectedClient | undefined> {
  return reader
    .selectFrom("client")
    .leftJoin("tenant", "tenant.id", "client.tenant_id")
    .select([
      "client.id",
      "client.name",
      "client.tenant_id",
      "client.scopes",
      "client.expires_at_ms",
      "client.revoked_at_ms",
      "tenant.name as tenant_name",
      "tenant.deleted_at_ms",
    ])
    .where("client.id", "=", id)
    .executeTakeFirst();
}

function selectSecrets(reader: Reader, clientId: string): Promise<readonly StoredSecret[]> {
  return reader
    .selectFrom("client_secret")
    .select(["salt", "hash", "expires_at_ms"])
    .where("client_id", "=", clientId)
    .orderBy("created_at_ms", "desc")
    .limit(COMPARISONS)
    .execute();
}

async function principalOf(reader: Reader, client: SelectedClient): Promise<Principal> {
  const tenantId = client.tenant_id as TenantId | null;
  const { entitlement } =
    tenantId === null ? { entitlement: null } : await currentEntitlement(reader, tenantId);
  return {
    kind: "client",
    clientId: client.id as ClientId,
    clientName: client.name,
    owner: tenantId === null ? "operator" : "tenant",
    tenantId,
    tenantName: client.tenant_name,
    scopes: client.scopes.split(" "),
    entitlement,
    entitlementKey: entitlementKey(entitlement ?? NO_ENTITLEMENT),
  };
}

/** The instant of expiry itself no longer counts. */
function isLive(expiresAtMs: number | null, nowMs: number): boolean {
  return expiresAtMs === null || nowMs < expiresAtMs;
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
