import type { GrantedScope } from "../scopes.ts";

/** An outside issuer whose tokens are taken, and what they are worth here; from gaugeway.yaml. */
export interface IdentityProvider {
  /** Stands before the subject in the principal's id. */
  readonly name: string;
  /** Must equal the token's `iss` to the letter. */
  readonly issuer: string;
  /** One of them must be in the token's `aud`. */
  readonly audiences: readonly string[];
  /** JWS algorithms; none of them is symmetric. */
  readonly algorithms: readonly string[];
  readonly keySet:
    | { readonly kind: "url"; readonly url: string }
    | { readonly kind: "file"; readonly path: string };
  readonly tenant: TenantRule;
  readonly scopes: ScopeRule;
}

/** Whose data a token opens: always that of one tenant, by its name. */
export type TenantRule =
  | { readonly kind: "fixed"; readonly tenant: string }
  | {
      readonly kind: "claim";
      readonly claim: string;
      /** Value to tenant; null: the value is the tenant's name. */
      readonly values: ReadonlyMap<string, string> | null;
    };

export type ScopeRule =
  | { readonly kind: "fixed"; readonly scopes: readonly GrantedScope[] }
  | {
      readonly kind: "claim";
      readonly claim: string;
      /** Value to scopes; null: values are scopes, and those that are not ours are passed over. */
      readonly values: ReadonlyMap<string, readonly GrantedScope[]> | null;
    };
