import type { ClientId, TenantId } from "#model";
import type { Entitlement } from "./entitlement/entitlement.ts";
import { type GrantedScope, grants, type OwnerKind, type Scope } from "./scopes.ts";

/** A machine credential that has proved itself. */
export interface ClientPrincipal {
  readonly kind: "client";
  readonly clientId: ClientId;
  readonly clientName: string;
  readonly owner: OwnerKind;
  /** Null for the operator's clients. */
  readonly tenantId: TenantId | null;
  readonly tenantName: string | null;
  readonly scopes: readonly GrantedScope[];
  /** Null: no data at all. Always null for the operator's clients. */
  readonly entitlement: Entitlement | null;
  /** `entitlementKey(entitlement)`, for caches; of NO_ENTITLEMENT where there is none. */
  readonly entitlementKey: string;
}

/** Who a request turned out to be. Users of the console join this union later. */
export type Principal = ClientPrincipal;

/** Whether the principal may do what `wanted` names, by name, alias or wildcard. */
export function hasScope(principal: Principal, wanted: Scope): boolean {
  return grants(principal.owner, principal.scopes, wanted);
}
