import type { Clock } from "#lib/clock";
import type { TenantId } from "#model";
import { AccessError } from "../access-error.ts";
import { newTenantId } from "../credential/ids.ts";
import type { AccessDatabase, Reader, Writer } from "../database/access-database.ts";
import type { Origin } from "../database/schema.ts";
import { type Entitlement, NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { validateEntitlement } from "../entitlement/validate-entitlement.ts";
import type { Actor, AuditLog } from "./audit.ts";
import { revokeClients, selectClients } from "./client-rows.ts";
import { TENANTS_MAX } from "./limits.ts";
import { checkTenantName, quoted } from "./names.ts";
import {
  currentEntitlement,
  putEntitlement,
  requireFreeName,
  requireTenant,
  selectTenants,
  type TenantRow,
} from "./tenant-rows.ts";

/** A customer, team or organization. */
export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  readonly origin: Origin;
  readonly createdAtMs: number;
  /** Null: none was ever given, the tenant sees nothing. */
  readonly entitlement: Entitlement | null;
  /** Rises with every change of the entitlement; 0 before the first. */
  readonly entitlementVersion: number;
  /** Clients that are not revoked. */
  readonly clientCount: number;
}

/** What can be done with tenants. Wherever one is named, its name or its id will do. */
export interface Tenants {
  /** Throws `tenant_name_invalid`, `tenant_exists`, `tenants_limit`, `entitlement_invalid`. */
  create(
    tenant: { readonly name: string; readonly entitlement?: Entitlement },
    actor: Actor,
  ): Promise<Tenant>;
  list(): Promise<readonly Tenant[]>;
  /** Throws `tenant_unknown`. */
  show(nameOrId: string): Promise<Tenant>;
  /** Null takes everything away. Throws `entitlement_invalid`, `declared_in_config`. */
  entitle(nameOrId: string, entitlement: Entitlement | null, actor: Actor): Promise<Tenant>;
  /** The id stays. Throws `tenant_name_invalid`, `tenant_exists`, `declared_in_config`. */
  rename(nameOrId: string, name: string, actor: Actor): Promise<Tenant>;
  /**
   * Revokes the tenant's clients in the same transaction; resolves to their number. A tenant made
   * later under the name has another id and nothing of this one. Throws `declared_in_config`.
   */
  delete(nameOrId: string, actor: Actor): Promise<number>;
}

export interface AdministrationDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
}

export function createTenants({ database, clock, audit }: AdministrationDeps): Tenants {
  /** Changes one tenant that people own, and answers with what has become of it. */
  const change = (
    nameOrId: string,
    work: (writer: Writer, tenant: TenantRow) => Promise<void>,
  ): Promise<Tenant> =>
    database.change(async (writer) => {
      const tenant = await requireTenant(writer, nameOrId);
      requireMade(tenant);
      await work(writer, tenant);
      return describe(writer, await requireTenant(writer, tenant.id));
    });

  return {
    create: ({ name, entitlement }, actor) =>
      database.change(async (writer) => {
        const id = await insertTenant(writer, { name, origin: "made", nowMs: clock.nowMs() });
        const details =
          entitlement === undefined
            ? {}
            : { version: await entitleTenant(writer, id, entitlement, clock.nowMs()) };
        const act = { action: "tenant.create", subjectId: id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details });
        return describe(writer, await requireTenant(writer, id));
      }),

    list: async () => {
      const tenants: Tenant[] = [];
      const { reader } = database;
      for (const row of await selectTenants(reader)) tenants.push(await describe(reader, row));
      return tenants;
    },

    show: async (nameOrId) =>
      describe(database.reader, await requireTenant(database.reader, nameOrId)),

    entitle: (nameOrId, entitlement, actor) =>
      change(nameOrId, async (writer, { id, name }) => {
        const rule = entitlement ?? NO_ENTITLEMENT;
        const version = await entitleTenant(writer, id, rule, clock.nowMs());
        const act = { action: "tenant.entitle", subjectId: id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details: { version } });
      }),

    rename: (nameOrId, name, actor) =>
      change(nameOrId, async (writer, tenant) => {
        checkTenantName(name);
        if (name === tenant.name) return;
        await requireFreeName(writer, name);
        await writer.updateTable("tenant").set({ name }).where("id", "=", tenant.id).execute();
        const act = { action: "tenant.rename", subjectId: tenant.id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details: { before: tenant.name } });
      }),

    delete: (nameOrId, actor) =>
      database.change(async (writer) => {
        const tenant = await requireTenant(writer, nameOrId);
        requireMade(tenant);
        const revoked = await deleteTenant(writer, tenant.id, clock.nowMs());
        const { id: subjectId, name: subjectName } = tenant;
        const act = { action: "tenant.delete", subjectId, subjectName } as const;
        await audit.append(writer, { ...act, actor, details: { revokedClients: revoked } });
        return revoked;
      }),
  };
}

/** Throws `tenant_name_invalid`, `tenant_exists`, `tenants_limit`. */
export async function insertTenant(
  writer: Writer,
  tenant: { readonly name: string; readonly origin: Origin; readonly nowMs: number },
): Promise<TenantId> {
  checkTenantName(tenant.name);
  await requireFreeName(writer, tenant.name);
  const { count } = await writer
    .selectFrom("tenant")
    .select((expression) => expression.fn.countAll().as("count"))
    .where("deleted_at_ms", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= TENANTS_MAX) {
    const message = `There are ${TENANTS_MAX} tenants, which is the limit: delete one first.`;
    throw new AccessError("tenants_limit", message);
  }
  const id = newTenantId();
  const { name, origin, nowMs } = tenant;
  const row = { id, name, origin, created_at_ms: nowMs, deleted_at_ms: null };
  await writer.insertInto("tenant").values(row).execute();
  return id;
}

/** Resolves to the new version. Throws `entitlement_invalid`. */
export async function entitleTenant(
  writer: Writer,
  id: string,
  entitlement: Entitlement,
  nowMs: number,
): Promise<number> {
  validateEntitlement(entitlement);
  return putEntitlement(writer, id, entitlement, nowMs);
}

/** Revokes the clients, forgets the entitlement, frees the name; returns how many clients. */
export async function deleteTenant(writer: Writer, id: string, nowMs: number): Promise<number> {
  const clients = await selectClients(writer, { tenantId: id, includeRevoked: true });
  const ids = clients.map((client) => client.id);
  const revoked = await revokeClients(writer, ids, nowMs);
  await writer.deleteFrom("entitlement").where("tenant_id", "=", id).execute();
  await writer.updateTable("tenant").set({ deleted_at_ms: nowMs }).where("id", "=", id).execute();
  return revoked;
}

function requireMade(tenant: TenantRow): void {
  if (tenant.origin === "made") return;
  const message = `Tenant ${quoted(tenant.name)} is declared in gaugeway.yaml: change it there.`;
  throw new AccessError("declared_in_config", message);
}

async function describe(reader: Reader, row: TenantRow): Promise<Tenant> {
  const { entitlement, version } = await currentEntitlement(reader, row.id);
  const { count } = await reader
    .selectFrom("client")
    .select((expression) => expression.fn.countAll().as("count"))
    .where("tenant_id", "=", row.id)
    .where("revoked_at_ms", "is", null)
    .executeTakeFirstOrThrow();
  return { ...row, entitlement, entitlementVersion: version, clientCount: Number(count) };
}
