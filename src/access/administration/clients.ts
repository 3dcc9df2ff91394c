import { AccessError } from "../access-error.ts";
import { newClientSecret } from "../credential/client-secret.ts";
import { newClientId, newRowId } from "../credential/ids.ts";
import type { Reader, Writer } from "../database/access-database.ts";
import type { Origin } from "../database/schema.ts";
import { canonicalScope, type GrantedScope, type OwnerKind, scopesFor } from "../scopes.ts";
import type { Actor } from "./audit.ts";
import {
  type Client,
  putSecret,
  requireClient,
  revokeClients,
  selectClients,
} from "./client-rows.ts";
import { CLIENTS_MAX, OVERLAP_DEFAULT_MS, OVERLAP_MAX_MS } from "./limits.ts";
import { checkClientName, quoted } from "./names.ts";
import { requireTenant } from "./tenant-rows.ts";
import type { AdministrationDeps } from "./tenants.ts";

/** What a new client is to be. */
export interface NewClient {
  /** A tenant's name or id; null makes a client of the operator. */
  readonly tenant: string | null;
  readonly name: string;
  readonly scopes: readonly GrantedScope[];
  readonly expiresAtMs?: number | null;
}

/** The one time that a secret can be seen. */
export interface IssuedSecret {
  readonly client: Client;
  readonly secret: string;
  /** Until when the secret before it is accepted too; null where there is none. */
  readonly previousUntilMs: number | null;
}

/** What can be done with clients. */
export interface Clients {
  /** Throws `tenant_unknown`, `client_name_invalid`, `scope_invalid`, `expiry_invalid`, `clients_limit`. */
  create(client: NewClient, actor: Actor): Promise<IssuedSecret>;
  /** Of one tenant (name or id), or all. Revoked ones only where asked for. */
  list(filter?: {
    readonly tenant?: string;
    readonly includeRevoked?: boolean;
  }): Promise<readonly Client[]>;
  /** Throws `client_unknown`. */
  show(id: string): Promise<Client>;
  /**
   * A new secret; the one before is accepted for `overlapMs` more (default a day, 0: ends at
   * once), an older one ends now. Throws `client_revoked`, `declared_in_config`, `overlap_invalid`.
   */
  rotate(id: string, options: { readonly overlapMs?: number }, actor: Actor): Promise<IssuedSecret>;
  /**
   * What the client may do from now on; access tokens that it holds lose what it loses. Throws
   * `client_unknown`, `client_revoked`, `declared_in_config`, `scope_invalid`.
   */
  setScopes(id: string, scopes: readonly GrantedScope[], actor: Actor): Promise<Client>;
  /** Ends the access tokens issued so far, and nothing else. Throws `client_unknown`. */
  revokeTokens(id: string, actor: Actor): Promise<Client>;
  /** For good. Throws `client_unknown`, `client_revoked`, `declared_in_config`. */
  revoke(id: string, actor: Actor): Promise<Client>;
}

export function createClients({ database, clock, audit }: AdministrationDeps): Clients {
  return {
    create: (wanted, actor) =>
      database.change(async (writer) => {
        const nowMs = clock.nowMs();
        const id = newClientId();
        const tenant = wanted.tenant === null ? null : await requireTenant(writer, wanted.tenant);
        const expiresAtMs = wanted.expiresAtMs ?? null;
        requireFuture(expiresAtMs, nowMs);
        const tenantId = tenant?.id ?? null;
        const { name, scopes } = wanted;
        const row = { id, tenantId, name, scopes, origin: "made", expiresAtMs, nowMs } as const;
        await insertClient(writer, row);
        const secret = newClientSecret();
        await putSecret(writer, id, secret, { nowMs, expiresAtMs: null });
        const client = await requireClient(writer, id);
        const details = { tenant: tenant?.name ?? null, scopes: client.scopes, expiresAtMs };
        const act = { action: "client.create", subjectId: id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details });
        return { client, secret, previousUntilMs: null };
      }),

    list: async ({ tenant, includeRevoked = false } = {}) => {
      const { reader } = database;
      if (tenant === undefined) return selectClients(reader, { includeRevoked });
      const tenantId = (await requireTenant(reader, tenant)).id;
      return selectClients(reader, { tenantId, includeRevoked });
    },

    show: (id) => requireClient(database.reader, id),

    rotate: (id, { overlapMs = OVERLAP_DEFAULT_MS }, actor) =>
      database.change(async (writer) => {
        requireOverlap(overlapMs);
        const client = await requireChangeable(writer, id);
        const nowMs = clock.nowMs();
        const secret = newClientSecret();
        await retireSecrets(writer, id, nowMs, nowMs + overlapMs);
        await putSecret(writer, id, secret, { nowMs, expiresAtMs: null });
        const act = { action: "client.rotate", subjectId: id, subjectName: client.name } as const;
        await audit.append(writer, { ...act, actor, details: { overlapMs } });
        return { client, secret, previousUntilMs: overlapMs === 0 ? null : nowMs + overlapMs };
      }),

    setScopes: (id, wanted, actor) =>
      database.change(async (writer) => {
        const { name, owner, scopes: before } = await requireChangeable(writer, id);
        const scopes = checkedScopes(owner, wanted);
        const row = { scopes: scopes.join(" ") };
        await writer.updateTable("client").set(row).where("id", "=", id).execute();
        const act = { action: "client.change", subjectId: id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details: { before, scopes } });
        return requireClient(writer, id);
      }),

    revokeTokens: (id, actor) =>
      database.change(async (writer) => {
        const client = await requireClient(writer, id);
        const row = { token_family: newRowId() };
        await writer.updateTable("client").set(row).where("id", "=", id).execute();
        const act = { action: "client.revoke_tokens", subjectId: id } as const;
        await audit.append(writer, { ...act, subjectName: client.name, actor, details: {} });
        return client;
      }),

    revoke: (id, actor) =>
      database.change(async (writer) => {
        const { name } = await requireChangeable(writer, id);
        await revokeClients(writer, [id], clock.nowMs());
        const act = { action: "client.revoke", subjectId: id, subjectName: name } as const;
        await audit.append(writer, { ...act, actor, details: {} });
        return requireClient(writer, id);
      }),
  };
}

/** A client's row to be. */
export interface ClientInsert {
  readonly id: string;
  readonly tenantId: string | null;
  readonly name: string;
  readonly scopes: readonly GrantedScope[];
  readonly origin: Origin;
  readonly expiresAtMs: number | null;
  readonly nowMs: number;
}

/** Throws `client_name_invalid`, `scope_invalid`, `clients_limit`. */
export async function insertClient(writer: Writer, client: ClientInsert): Promise<void> {
  checkClientName(client.name);
  const owner = client.tenantId === null ? "operator" : "tenant";
  const scopes = checkedScopes(owner, client.scopes);
  await requireRoom(writer, client.tenantId);
  await writer
    .insertInto("client")
    .values({
      id: client.id,
      tenant_id: client.tenantId,
      name: client.name,
      scopes: scopes.join(" "),
      origin: client.origin,
      created_at_ms: client.nowMs,
      expires_at_ms: client.expiresAtMs,
      last_used_at_ms: null,
      revoked_at_ms: null,
      token_family: newRowId(),
    })
    .execute();
}

/** Present names, each once, sorted. Throws `scope_invalid`. */
export function checkedScopes(
  owner: OwnerKind,
  scopes: readonly GrantedScope[],
): readonly GrantedScope[] {
  const known = `known are ${scopesFor(owner).join(", ")}, and wildcards such as metrics.*`;
  if (scopes.length === 0) {
    throw new AccessError("scope_invalid", `A client needs at least one scope: ${known}.`);
  }
  const canonical = scopes.map((scope) => {
    const name = canonicalScope(owner, scope);
    if (name !== null) return name;
    const holder = owner === "tenant" ? "a tenant's client" : "a client of the operator";
    const message = `${quoted(scope)} is not a scope that ${holder} can hold: ${known}.`;
    throw new AccessError("scope_invalid", message);
  });
  return Array.from(new Set(canonical)).toSorted();
}

async function requireRoom(reader: Reader, tenantId: string | null): Promise<void> {
  const { count } = await reader
    .selectFrom("client")
    .select((expression) => expression.fn.countAll().as("count"))
    .where("tenant_id", tenantId === null ? "is" : "=", tenantId)
    .where("revoked_at_ms", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(count) < CLIENTS_MAX) return;
  const message = `The owner has ${CLIENTS_MAX} clients, which is the limit: revoke one first.`;
  throw new AccessError("clients_limit", message);
}

async function requireChangeable(reader: Reader, id: string): Promise<Client> {
  const client = await requireClient(reader, id);
  if (client.origin === "config") {
    const message = `Client ${quoted(client.id)} is declared in gaugeway.yaml: change it there.`;
    throw new AccessError("declared_in_config", message);
  }
  if (client.revokedAtMs !== null) {
    const message = `Client ${quoted(client.id)} has been revoked: create a new one.`;
    throw new AccessError("client_revoked", message);
  }
  return client;
}

/** The secret in force ends at `untilMs`; whatever was on its way out already, now. */
async function retireSecrets(
  writer: Writer,
  clientId: string,
  nowMs: number,
  untilMs: number,
): Promise<void> {
  const retired = writer.deleteFrom("client_secret").where("client_id", "=", clientId);
  if (untilMs === nowMs) {
    await retired.execute();
    return;
  }
  await retired.where("expires_at_ms", "is not", null).execute();
  await writer
    .updateTable("client_secret")
    .set({ expires_at_ms: untilMs })
    .where("client_id", "=", clientId)
    .execute();
}

/** Throws `expiry_invalid`. */
function requireFuture(expiresAtMs: number | null, nowMs: number): void {
  if (expiresAtMs === null || (Number.isSafeInteger(expiresAtMs) && expiresAtMs > nowMs)) return;
  throw new AccessError("expiry_invalid", "The time of expiry must lie in the future.");
}

function requireOverlap(overlapMs: number): void {
  if (Number.isSafeInteger(overlapMs) && overlapMs >= 0 && overlapMs <= OVERLAP_MAX_MS) return;
  const days = OVERLAP_MAX_MS / (24 * 60 * 60 * 1000);
  throw new AccessError("overlap_invalid", `The overlap must be between 0 and ${days} days.`);
}
