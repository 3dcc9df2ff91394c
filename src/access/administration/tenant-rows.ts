import type { TenantId } from "#model";
import { AccessError } from "../access-error.ts";
import type { Reader, Writer } from "../database/access-database.ts";
import type { Origin } from "../database/schema.ts";
import type { Entitlement } from "../entitlement/entitlement.ts";
import { entitlementFromJson, entitlementToJson } from "../entitlement/entitlement-json.ts";
import { ENTITLEMENT_VERSIONS_MAX } from "./limits.ts";
import { quoted } from "./names.ts";

/** A tenant as the tables have it. */
export interface TenantRow {
  readonly id: TenantId;
  readonly name: string;
  readonly origin: Origin;
  readonly createdAtMs: number;
}

/** An entitlement and which of the tenant's it is. */
export interface EntitlementVersion {
  /** 0 where the tenant has never been given one. */
  readonly version: number;
  readonly entitlement: Entitlement | null;
  readonly sinceMs: number | null;
}

const COLUMNS = ["id", "name", "origin", "created_at_ms"] as const;

/** Tenants that are not deleted, by name. */
export async function selectTenants(reader: Reader): Promise<readonly TenantRow[]> {
  const rows = await reader
    .selectFrom("tenant")
    .select(COLUMNS)
    .where("deleted_at_ms", "is", null)
    .orderBy("name")
    .execute();
  return rows.map(tenantOf);
}

/** By name or id. Throws `tenant_unknown`. */
export async function requireTenant(reader: Reader, nameOrId: string): Promise<TenantRow> {
  const row = await reader
    .selectFrom("tenant")
    .select(COLUMNS)
    .where("deleted_at_ms", "is", null)
    .where((where) => where.or([where("id", "=", nameOrId), where("name", "=", nameOrId)]))
    .executeTakeFirst();
  if (row !== undefined) return tenantOf(row);
  throw new AccessError("tenant_unknown", `There is no tenant ${quoted(nameOrId)}.`);
}

/** Throws `tenant_exists`. */
export async function requireFreeName(reader: Reader, name: string): Promise<void> {
  const row = await reader
    .selectFrom("tenant")
    .select("id")
    .where("deleted_at_ms", "is", null)
    .where("name", "=", name)
    .executeTakeFirst();
  if (row === undefined) return;
  throw new AccessError("tenant_exists", `There is a tenant ${quoted(name)} already.`);
}

/** The entitlement in force. Throws `access_data_invalid`. */
export async function currentEntitlement(
  reader: Reader,
  tenantId: string,
): Promise<EntitlementVersion> {
  const row = await reader
    .selectFrom("entitlement")
    .select(["version", "body", "created_at_ms"])
    .where("tenant_id", "=", tenantId)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return { version: 0, entitlement: null, sinceMs: null };
  return {
    version: row.version,
    entitlement: entitlementFromJson(row.body),
    sinceMs: row.created_at_ms,
  };
}

/** Adds the next version and forgets the oldest ones. */
export async function putEntitlement(
  writer: Writer,
  tenantId: string,
  entitlement: Entitlement,
  nowMs: number,
): Promise<number> {
  const newest = await writer
    .selectFrom("entitlement")
    .select((expression) => expression.fn.max("version").as("version"))
    .where("tenant_id", "=", tenantId)
    .executeTakeFirst();
  const version = (newest?.version ?? 0) + 1;
  await writer
    .insertInto("entitlement")
    .values({
      tenant_id: tenantId,
      version,
      body: entitlementToJson(entitlement),
      created_at_ms: nowMs,
    })
    .execute();
  await writer
    .deleteFrom("entitlement")
    .where("tenant_id", "=", tenantId)
    .where("version", "<=", version - ENTITLEMENT_VERSIONS_MAX)
    .execute();
  return version;
}

interface SelectedTenant {
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  readonly created_at_ms: number;
}

function tenantOf(row: SelectedTenant): TenantRow {
  const { id, name, origin, created_at_ms: createdAtMs } = row;
  return { id: id as TenantId, name, origin, createdAtMs };
}
