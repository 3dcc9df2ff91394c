export { ACCESS_ERRORS, AccessError, type AccessErrorCode } from "./access-error.ts";
export type { AccessDeclarations, ClientDeclaration, TenantDeclaration } from "./declarations.ts";
export { type CompiledEntitlement, compileEntitlement } from "./entitlement/compile-entitlement.ts";
export {
  type CollisionPolicy,
  type Entitlement,
  type LabelRename,
  NO_ENTITLEMENT,
} from "./entitlement/entitlement.ts";
export { entitlementKey } from "./entitlement/entitlement-key.ts";
export { type ClientPrincipal, hasScope, type Principal } from "./principal.ts";
export {
  canonicalScope,
  type GrantedScope,
  grants,
  type OwnerKind,
  type Scope,
  SCOPES,
  scopesFor,
} from "./scopes.ts";
