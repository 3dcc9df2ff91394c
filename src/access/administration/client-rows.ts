import type { ClientId, TenantId } from "#model";
import { AccessError } from "../access-error.ts";
import { newRowId } from "../credential/ids.ts";
import { hashSecret } from "../credential/secret-hash.ts";
import type { Reader, Writer } from "../database/access-database.ts";
import type { Origin } from "../database/schema.ts";
import type { GrantedScope, OwnerKind } from "../scopes.ts";
import { quoted } from "./names.ts";

/** A machine credential without its secret. */
export interface Client {
  readonly id: ClientId;
  readonly name: string;
  readonly owner: OwnerKind;
  /** Null for the operator's clients. */
  readonly tenantId: TenantId | null;
  readonly tenantName: string | null;
  readonly scopes: readonly GrantedScope[];
  readonly origin: Origin;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  /** Behind by up to a minute. */
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** Whose clients are asked for. */
export interface ClientFilter {
  readonly tenantId?: string;
  readonly includeRevoked?: boolean;
}

/** By name, then id. */
export async function selectClients(
  reader: Reader,
  filter: ClientFilter,
): Promise<readonly Client[]> {
  let query = clientQuery(reader);
  if (filter.tenantId !== undefined) query = query.where("tenant_id", "=", filter.tenantId);
  if (filter.includeRevoked !== true) query = query.where("revoked_at_ms", "is", null);
  const rows = await query.orderBy("client.name").orderBy("client.id").execute();
  return rows.map(clientOf);
}

async function findClient(reader: Reader, id: string): Promise<Client | null> {
  const row = await clientQuery(reader).where("client.id", "=", id).executeTakeFirst();
  return row === undefined ? null : clientOf(row);
}

/** Throws `client_unknown`. */
export async function requireClient(reader: Reader, id: string): Promise<Client> {
  const client = await findClient(reader, id);
  if (client !== null) return client;
  throw new AccessError("client_unknown", `There is no client ${quoted(id)}.`);
}

/** Keeps a secret's hash; `expiresAtMs` where another one has replaced it. */
export async function putSecret(
  writer: Writer,
  clientId: string,
  secret: string,
  times: { readonly nowMs: number; readonly expiresAtMs: number | null },
): Promise<void> {
  const { salt, hash } = hashSecret(secret);
  await writer
    .insertInto("client_secret")
    .values({
      id: newRowId(),
      client_id: clientId,
      salt,
      hash,
      created_at_ms: times.nowMs,
      expires_at_ms: times.expiresAtMs,
    })
    .execute();
}

/** Revokes clients and forgets their secrets; returns how many were not revoked before. */
export async function revokeClients(
  writer: Writer,
  ids: readonly string[],
  nowMs: number,
): Promise<number> {
  let count = 0;
  for (const id of ids) {
    await writer.deleteFrom("client_secret").where("client_id", "=", id).execute();
    const result = await writer
      .updateTable("client")
      // A declared client may come back under its id; tokens of the former one must not.
      .set({ revoked_at_ms: nowMs, token_family: newRowId() })
      .where("id", "=", id)
      .where("revoked_at_ms", "is", null)
      .executeTakeFirst();
    count += Number(result.numUpdatedRows);
  }
  return count;
}

function clientQuery(reader: Reader) {
  return reader
    .selectFrom("client")
    .leftJoin("tenant", "tenant.id", "client.tenant_id")
    .select([
      "client.id",
      "client.name",
      "client.tenant_id",
      "client.scopes",
      "client.origin",
      "client.created_at_ms",
      "client.expires_at_ms",
      "client.last_used_at_ms",
      "client.revoked_at_ms",
      "tenant.name as tenant_name",
    ]);
}

interface SelectedClient {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly scopes: string;
  readonly origin: Origin;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly last_used_at_ms: number | null;
  readonly revoked_at_ms: number | null;
}

function clientOf(row: SelectedClient): Client {
  return {
    id: row.id as ClientId,
    name: row.name,
    owner: row.tenant_id === null ? "operator" : "tenant",
    tenantId: row.tenant_id as TenantId | null,
    tenantName: row.tenant_name,
    scopes: row.scopes.split(" "),
    origin: row.origin,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
    revokedAtMs: row.revoked_at_ms,
  };
}
