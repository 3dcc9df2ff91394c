import type { IdentityProvider, OAuthSettings, ScopeRule, TenantRule } from "#access";
import { list, mapOf, type Refuse, section } from "../schema/collections.ts";
import { choice, duration, judged, path, pattern, text, url } from "../schema/scalars.ts";
import { defaulted, optional, present, required, type ValueOf } from "../schema/schema.ts";
import { TENANT_NAME } from "./tenants.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const tenantName = pattern("the name of a tenant", TENANT_NAME);

const scopes = list(
  judged("a scope", (checks, value) => checks.scope("tenant", value)),
  { min: 1, max: 100, called: "scopes" },
);

const identityProviderSchema = section(
  {
    name: required(
      pattern("1 to 32 of a-z, 0-9 and -", /^[a-z0-9-]{1,32}$/),
      "Stands before the subject of its tokens, in the log and where clients are named.",
    ),
    issuer: required(text(), "The iss of its tokens, to the letter."),
    audience: required(
      list(text(), { min: 1, max: 100, called: "audiences" }),
      "One of these must be in the aud of a token: what the provider calls this installation.",
    ),
    jwks_url: optional(
      url(),
      "Where its keys are, https. Asked every 10 minutes and when a token names an unknown key.",
    ),
    jwks_file: optional(path(), "The same from a file."),
    algorithms: present(
      list(
        choice("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"),
        {
          called: "algorithms",
          uniqueBy: (name) => name,
        },
      ),
      "Algorithms of signatures to accept. Without it: RS256, PS256, ES256, EdDSA.",
    ),
    tenant: optional(tenantName, "The tenant that all its tokens are for."),
    tenant_claim: optional(
      text(),
      "The claim that names the tenant; its whole name, or a path such as organization.id.",
    ),
    tenant_values: present(
      mapOf(tenantName),
      "Values of the claim and their tenants. Without it the value is the tenant's name.",
    ),
    scopes: present(
      list(
        judged("a scope", (checks, value) => checks.scope("tenant", value)),
        { max: 100, called: "scopes" },
      ),
      "The scopes that all its tokens have, instead of those of a claim.",
    ),
    scope_claim: defaulted(
      text(),
      "scope",
      "The claim with scopes: separated by spaces, or a list.",
    ),
    scope_values: present(
      mapOf(scopes),
      "Values of the claim and the scopes they give. Without it values are scopes.",
    ),
  },
  { check: refuseContradictions },
);

interface ProviderValues {
  readonly jwks_url: string | null;
  readonly jwks_file: string | null;
  readonly tenant: string | null;
  readonly tenant_claim: string | null;
  readonly tenant_values: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly scope_values: Readonly<Record<string, readonly string[]>>;
}

function refuseContradictions(values: ProviderValues, refuse: Refuse): void {
  if ((values.jwks_url === null) === (values.jwks_file === null)) {
    refuse("jwks_url", "give either jwks_url or jwks_file");
  }
  if (values.jwks_url !== null && !isSafeUrl(values.jwks_url)) {
    refuse("jwks_url", "keys that come over plain http can be anybody's; use https");
  }
  if ((values.tenant === null) === (values.tenant_claim === null)) {
    refuse("tenant", "give either tenant or tenant_claim");
  }
  if (values.tenant !== null && Object.keys(values.tenant_values).length > 0) {
    refuse("tenant_values", "contradicts tenant; keep one of the two");
  }
  if (values.scopes.length > 0 && Object.keys(values.scope_values).length > 0) {
    refuse("scope_values", "contradicts scopes; keep one of the two");
  }
}

/** Nobody stands between us and ourselves. */
function isSafeUrl(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

export const oauthSchema = section({
  access_token_lifetime: defaulted(
    duration({ min: 10_000, max: DAY_MS }),
    "1h",
    "How long an access token works. Scrapers fetch the next one some seconds before.",
  ),
  signing_key_rotation: defaulted(
    duration({ min: 10 * MINUTE_MS, max: 365 * DAY_MS }),
    "30d",
    "How long a key signs tokens before the next one does.",
  ),
  identity_providers: present(
    list(identityProviderSchema, {
      max: 100,
      called: "identity providers",
      uniqueBy: (provider) => provider.issuer,
    }),
    "Outside issuers whose tokens are taken.",
  ),
});

export type OAuthConfig = Omit<OAuthSettings, "issuer">;

export function toOAuthConfig(values: ValueOf<typeof oauthSchema>): OAuthConfig {
  return {
    accessTokenLifetimeMs: values.access_token_lifetime,
    signingKeyRotationMs: values.signing_key_rotation,
    identityProviders: values.identity_providers.map(toIdentityProvider),
  };
}

const ALGORITHMS_DEFAULT = ["RS256", "PS256", "ES256", "EdDSA"];

function toIdentityProvider(values: ValueOf<typeof identityProviderSchema>): IdentityProvider {
  const { jwks_url: jwksUrl, jwks_file: jwksFile, algorithms } = values;
  return {
    name: values.name,
    issuer: values.issuer,
    audiences: values.audience,
    algorithms: algorithms.length > 0 ? algorithms : ALGORITHMS_DEFAULT,
    keySet:
      jwksUrl === null ? { kind: "file", path: jwksFile ?? "" } : { kind: "url", url: jwksUrl },
    tenant: toTenantRule(values),
    scopes: toScopeRule(values),
  };
}

function toTenantRule(values: ValueOf<typeof identityProviderSchema>): TenantRule {
  if (values.tenant !== null) return { kind: "fixed", tenant: values.tenant };
  const mapped = Object.entries(values.tenant_values);
  return {
    kind: "claim",
    claim: values.tenant_claim ?? "",
    values: mapped.length > 0 ? new Map(mapped) : null,
  };
}

function toScopeRule(values: ValueOf<typeof identityProviderSchema>): ScopeRule {
  if (values.scopes.length > 0) return { kind: "fixed", scopes: values.scopes };
  const mapped = Object.entries(values.scope_values);
  return {
    kind: "claim",
    claim: values.scope_claim,
    values: mapped.length > 0 ? new Map(mapped) : null,
  };
}
