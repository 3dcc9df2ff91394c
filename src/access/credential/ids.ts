import { randomBytes } from "node:crypto";
import type { ClientId, TenantId } from "#model";
import { base32 } from "./base32.ts";

/** Bytes of randomness in an id: ids are never given twice, and nobody can guess one. */
const ID_BYTES = 16;

const TENANT_PREFIX = "gwt_";
const CLIENT_PREFIX = "gwc_";

export function newTenantId(): TenantId {
  return (TENANT_PREFIX + base32(randomBytes(ID_BYTES))) as TenantId;
}

export function newClientId(): ClientId {
  return (CLIENT_PREFIX + base32(randomBytes(ID_BYTES))) as ClientId;
}

/** An id for a row that nobody names. */
export function newRowId(): string {
  return base32(randomBytes(ID_BYTES));
}

/** Whether the text has the shape of a generated id, which names must not have. */
export function looksLikeId(text: string): boolean {
  return text.startsWith(TENANT_PREFIX) || text.startsWith(CLIENT_PREFIX);
}
