import type { Entitlement } from "./entitlement/entitlement.ts";
import type { GrantedScope } from "./scopes.ts";

/** A client that gaugeway.yaml declares, secrets already read from their files or environment. */
export interface ClientDeclaration {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  /** Also accepted while a rotation is under way. */
  readonly previousSecret: string | null;
  readonly scopes: readonly GrantedScope[];
  readonly expiresAtMs: number | null;
}

/** A tenant that gaugeway.yaml declares. */
export interface TenantDeclaration {
  readonly name: string;
  /** Null: the tenant sees nothing. */
  readonly entitlement: Entitlement | null;
  readonly clients: readonly ClientDeclaration[];
}

/** All that gaugeway.yaml says about access; what it no longer says is removed. */
export interface AccessDeclarations {
  readonly tenants: readonly TenantDeclaration[];
  readonly operatorClients: readonly ClientDeclaration[];
}
