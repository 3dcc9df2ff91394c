import type { SecretHash } from "../credential/secret-hash.ts";
import type { Reader } from "../database/access-database.ts";
import { type Entitlement, NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { entitlementFromJson } from "../entitlement/entitlement-json.ts";
import { entitlementKey } from "../entitlement/entitlement-key.ts";
import { type Client, selectClients } from "./client-rows.ts";
import { selectTenants, type TenantRow } from "./tenant-rows.ts";

/**
 * What the database holds, read as a whole: a reload with thousands of tenants compares them in
 * memory instead of asking for each.
 */
export interface PresentState {
  readonly tenants: ReadonlyMap<string, TenantRow>;
  readonly clients: ReadonlyMap<string, Client>;
  /** Whether the tenant's entitlement means the same. */
  hasEntitlement(tenant: TenantRow, entitlement: Entitlement | null): boolean;
  secretsOf(clientId: string): readonly SecretHash[];
}

export async function readPresentState(reader: Reader): Promise<PresentState> {
  const tenants = await selectTenants(reader);
  const clients = await selectClients(reader, { includeRevoked: true });
  const bodies = await selectEntitlements(reader);
  const secrets = Map.groupBy(await selectSecrets(reader), (row) => row.client_id);
  return {
    tenants: new Map(tenants.map((tenant) => [tenant.name, tenant])),
    clients: new Map(clients.map((client) => [client.id, client])),
    hasEntitlement: (tenant, entitlement) => {
      const body = bodies.get(tenant.id);
      const present = body === undefined ? NO_ENTITLEMENT : entitlementFromJson(body);
      return entitlementKey(present) === entitlementKey(entitlement ?? NO_ENTITLEMENT);
    },
    secretsOf: (clientId) => secrets.get(clientId) ?? [],
  };
}

/** The entitlements in force, by tenant. */
async function selectEntitlements(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader
    .selectFrom("entitlement")
    .select(["tenant_id", "body"])
    .where("version", "=", (query) =>
      query
        .selectFrom("entitlement as other")
        .select((expression) => expression.fn.max("other.version").as("version"))
        .whereRef("other.tenant_id", "=", "entitlement.tenant_id"),
    )
    .execute();
  return new Map(rows.map((row) => [row.tenant_id, row.body]));
}

interface SecretRow extends SecretHash {
  readonly client_id: string;
}

function selectSecrets(reader: Reader): Promise<readonly SecretRow[]> {
  return reader.selectFrom("client_secret").select(["client_id", "salt", "hash"]).execute();
}
