import { canonicalScope, type GrantedScope } from "../scopes.ts";
import type { ScopeRule, TenantRule } from "./identity-provider.ts";

type Claims = Readonly<Record<string, unknown>>;

/** The name of the tenant that the token is for; null where it names none, or more than one. */
export function tenantOf(rule: TenantRule, claims: Claims): string | null {
  if (rule.kind === "fixed") return rule.tenant;
  const [value, ...more] = textsOf(claimAt(claims, rule.claim));
  if (value === undefined || more.length > 0) return null;
  return rule.values === null ? value : (rule.values.get(value) ?? null);
}

/** Of an outsider's words only those count that mean a scope here; wildcards must be configured. */
export function scopesOf(rule: ScopeRule, claims: Claims): readonly GrantedScope[] {
  if (rule.kind === "fixed") return rule.scopes;
  const words = textsOf(claimAt(claims, rule.claim)).flatMap((text) => text.split(" "));
  const { values } = rule;
  const scopes = words.flatMap((word): readonly GrantedScope[] => {
    if (values !== null) return values.get(word) ?? [];
    const scope = word.includes("*") ? null : canonicalScope("tenant", word);
    return scope === null ? [] : [scope];
  });
  return [...new Set(scopes)].toSorted();
}

/** By its whole name (`https://example.com/tenant`), or else along its dots (`realm_access.roles`). */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Claims)[part];
  }
  return value;
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === "string" && one !== "");
}
