/**
 * The tables of the access database as TypeScript sees them. Times are milliseconds since 1970.
 * docs/access.md tells what is kept; migrations.ts makes the tables.
 */
export interface AccessSchema {
  readonly schema_version: SchemaVersionTable;
  readonly tenant: TenantTable;
  readonly entitlement: EntitlementTable;
  readonly client: ClientTable;
  readonly client_secret: ClientSecretTable;
  readonly signing_key: SigningKeyTable;
  readonly revoked_token: RevokedTokenTable;
  readonly usage: UsageTable;
  readonly refusal: RefusalTable;
  readonly audit: AuditTable;
}

/** Who owns a row: people through CLI and console, or gaugeway.yaml. */
export type Origin = "made" | "config";

interface SchemaVersionTable {
  readonly version: number;
  readonly applied_at_ms: number;
}

interface TenantTable {
  readonly id: string;
  /** Unique among tenants that are not deleted. */
  readonly name: string;
  readonly origin: Origin;
  readonly created_at_ms: number;
  /** Deleted rows stay, so that ids are never used again. */
  readonly deleted_at_ms: number | null;
}

interface EntitlementTable {
  readonly tenant_id: string;
  /** Rises from 1; the highest is in force. */
  readonly version: number;
  /** An Entitlement as JSON. */
  readonly body: string;
  readonly created_at_ms: number;
}

interface ClientTable {
  readonly id: string;
  /** Null for the operator's clients. */
  readonly tenant_id: string | null;
  readonly name: string;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly origin: Origin;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly last_used_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  /** Written into every access token; another one here ends all that were issued before. */
  readonly token_family: string;
}

interface ClientSecretTable {
  readonly id: string;
  readonly client_id: string;
  readonly salt: string;
  readonly hash: string;
  readonly created_at_ms: number;
  /** Set when the secret was replaced: the end of the overlap. */
  readonly expires_at_ms: number | null;
}

interface SigningKeyTable {
  /** The `kid` of the tokens that it signs. */
  readonly id: string;
  /** The `iss` of those tokens: a changed address of the installation gets a key of its own. */
  readonly issuer: string;
  /** A JWK as JSON. */
  readonly public_jwk: string;
  /** PKCS #8, sealed: see tokens/key-sealing.ts. */
  readonly sealed_private_key: string;
  readonly created_at_ms: number;
  /** Published before, signs from here on. */
  readonly active_from_ms: number;
}

interface RevokedTokenTable {
  /** The token's `jti`. */
  readonly id: string;
  readonly client_id: string;
  readonly revoked_at_ms: number;
  /** When the token would have ended by itself, after which nobody needs this row. */
  readonly expires_at_ms: number;
}

/** What a principal used on one day. */
export interface UsageTable {
  /** A client's id, or a provider's name and subject. */
  readonly principal_id: string;
  /** "" for the operator's clients. */
  readonly tenant_id: string;
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly requests: number;
  readonly refused: number;
  readonly samples_read: number;
  readonly body_bytes: number;
  readonly last_used_at_ms: number;
  readonly scraped_at_ms: number | null;
  readonly scraped_series: number | null;
}

/** Refusals of one kind within one hour. */
interface RefusalTable {
  readonly id: string;
  readonly first_at_ms: number;
  readonly last_at_ms: number;
  readonly count: number;
  readonly reason: string;
  readonly path: string;
  readonly client_id: string | null;
  readonly tenant_id: string | null;
  readonly address: string;
}

interface AuditTable {
  /** Rises with time. */
  readonly id: string;
  readonly at_ms: number;
  readonly actor_kind: string;
  readonly actor_name: string;
  readonly action: string;
  readonly subject_id: string;
  readonly subject_name: string;
  /** A JSON object; never a secret. */
  readonly details: string;
}
