import { hashSecret, type SecretHash, secretMatches } from "../credential/secret-hash.ts";
import type { Reader } from "../database/access-database.ts";
import { earliest, findLiveClient, isLive } from "./live-client.ts";
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
  const client = await findLiveClient(reader, id, nowMs);
  const secrets = await selectSecrets(reader, id);
  let matched: StoredSecret | null = null;
  for (let i = 0; i < COMPARISONS; i++) {
    const stored = secrets[i];
    const isRight = check(stored ?? DECOY, secret);
    if (isRight && stored !== undefined && isLive(stored.expires_at_ms, nowMs)) matched = stored;
  }
  if (client === null || matched === null) return null;
  return {
    principal: await client.principal(),
    untilMs: earliest(client.expiresAtMs, matched.expires_at_ms),
  };
}

interface StoredSecret extends SecretHash {
  readonly expires_at_ms: number | null;
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
