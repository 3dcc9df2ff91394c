export type { Actor } from "./administration/audit.ts";
export type { Client } from "./administration/client-rows.ts";
export type { IssuedSecret } from "./administration/clients.ts";
export type { Tenant } from "./administration/tenants.ts";
export type { Authenticate, AuthenticateClient } from "./authentication/authenticate.ts";
export { readAuthorization } from "./authentication/authorization-header.ts";
export type {
  AdmissionLimitName,
  AdmissionShare,
  RateStanding,
  RequestAdmission,
} from "./authentication/request-admission.ts";
export { AccessError } from "./access-error.ts";
export {
  type Access,
  createAccess,
  type OAuthSettings,
  type RequestLimits,
} from "./create-access.ts";
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
  type EntitlementChange,
  type EntitlementExplanation,
  explainEntitlement,
  type MetricCount,
} from "./entitlement/explain-entitlement.ts";
export { LabelCollisionError } from "./entitlement/label-collision-error.ts";
export { scopeQueryable } from "./entitlement/scoped-queryable.ts";
export { scopeExemplars } from "./entitlement/scoped-exemplars.ts";
export { scopeLabels } from "./entitlement/scoped-labels.ts";
export { entitlementKey } from "./entitlement/entitlement-key.ts";
export { type ClientPrincipal, hasScope, type Principal } from "./principal.ts";
export { canonicalScope, type GrantedScope, type Scope, scopesFor } from "./scopes.ts";
export type { IdentityProvider, ScopeRule, TenantRule } from "./tokens/identity-provider.ts";
export type { TokenService, TokenState } from "./tokens/token-service.ts";
export type { Refusals } from "./records/refusals.ts";
export type { Usage, UsageRecord } from "./records/usage.ts";
