export { ACCESS_ERRORS, AccessError, type AccessErrorCode } from "./access-error.ts";
export type { DeclarationOutcome } from "./administration/apply-declarations.ts";
export type { Actor, AuditAction, AuditEntry } from "./administration/audit.ts";
export type { Client } from "./administration/client-rows.ts";
export type { Clients, IssuedSecret, NewClient } from "./administration/clients.ts";
export type { Tenant, Tenants } from "./administration/tenants.ts";
export type {
  Authenticate,
  Authentication,
  AuthenticationContext,
} from "./authentication/authenticate.ts";
export { SCRAPE_LIMITS } from "./authentication/limits.ts";
export type {
  ScrapeAdmission,
  ScrapeLimitName,
  ScrapeLimits,
  ScrapeVerdict,
} from "./authentication/scrape-admission.ts";
export { type Access, type AccessOptions, createAccess } from "./create-access.ts";
export { newClientSecret } from "./credential/client-secret.ts";
export { declarationChecks } from "./declaration-checks.ts";
export type { AccessDeclarations, ClientDeclaration, TenantDeclaration } from "./declarations.ts";
export { type CompiledEntitlement, compileEntitlement } from "./entitlement/compile-entitlement.ts";
export {
  type CollisionPolicy,
  type Entitlement,
  type LabelRename,
  NO_ENTITLEMENT,
} from "./entitlement/entitlement.ts";
export {
  type Collision,
  type EntitlementChange,
  type EntitlementExplanation,
  explainEntitlement,
  type MetricCount,
} from "./entitlement/explain-entitlement.ts";
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
