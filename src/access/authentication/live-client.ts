import type { ClientId, TenantId } from "#model";
import { currentEntitlement } from "../administration/tenant-rows.ts";
import type { Reader } from "../database/access-database.ts";
import { type Entitlement, NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { entitlementKey } from "../entitlement/entitlement-key.ts";
import type { ClientPrincipal } from "../principal.ts";

/** A client that may do something now, however it has proved itself. */
export interface LiveClient {
  /** Asked for once the client has proved itself: what follows costs only those who may know it. */
  principal(): Promise<ClientPrincipal>;
  readonly expiresAtMs: number | null;
  /** See `ClientTable.token_family`. */
  readonly tokenFamily: string;
}

/** Null where the client is unknown, expired or revoked, or its tenant is gone. */
export async function findLiveClient(
  reader: Reader,
  id: string,
  nowMs: number,
): Promise<LiveClient | null> {
  const client = await selectClient(reader, id);
  if (client === undefined) return null;
  if (client.revoked_at_ms !== null || !isLive(client.expires_at_ms, nowMs)) return null;
  const isTenants = client.tenant_id !== null;
  if (isTenants && (client.tenant_name === null || client.deleted_at_ms !== null)) return null;
  return {
    principal: () => principalOf(reader, client),
    expiresAtMs: client.expires_at_ms,
    tokenFamily: client.token_family,
  };
}

/** The instant of expiry itself no longer counts. */
export function isLive(expiresAtMs: number | null, nowMs: number): boolean {
  return expiresAtMs === null || nowMs < expiresAtMs;
}

export function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** What a principal is told of its tenant's entitlement. */
export function entitlementFacts(
  entitlement: Entitlement | null,
): Pick<ClientPrincipal, "entitlement" | "entitlementKey"> {
  return { entitlement, entitlementKey: entitlementKey(entitlement ?? NO_ENTITLEMENT) };
}

interface SelectedClient {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string | null;
  readonly scopes: string;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly token_family: string;
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
      "client.token_family",
      "tenant.name as tenant_name",
      "tenant.deleted_at_ms",
    ])
    .where("client.id", "=", id)
    .executeTakeFirst();
}

async function principalOf(reader: Reader, client: SelectedClient): Promise<ClientPrincipal> {
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
    ...entitlementFacts(entitlement),
  };
}
