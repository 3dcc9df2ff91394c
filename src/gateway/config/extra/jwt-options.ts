import type { Fields } from "../fields.ts";

const ALGORITHMS = [
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
] as const;

/** Where the keys come from that tokens are checked with. */
export type JwkSource =
  | { readonly kind: "url"; readonly url: string; readonly cacheMs: number }
  | { readonly kind: "file"; readonly path: string };

/** Endpoint namespace `auth/validator`: whose tokens are let in. */
export interface JwtOptions {
  readonly algorithm: (typeof ALGORITHMS)[number];
  readonly keys: JwkSource;
  readonly issuer: string | null;
  /** All of these must be in the token. */
  readonly audience: readonly string[];
  /** One of these must be; empty: none is asked for. */
  readonly roles: readonly string[];
  /** Where in the token they stand. */
  readonly rolesPath: readonly string[];
  readonly scopes: readonly string[];
  readonly scopesPath: readonly string[];
  readonly needsAllScopes: boolean;
  readonly cookieName: string | null;
  /** Lower case. */
  readonly headerName: string;
  /** Claims that backends get, and the headers that they get them in. */
  readonly propagated: readonly { readonly claim: readonly string[]; readonly header: string }[];
  readonly leewaySeconds: number;
}

const UNSUPPORTED = ["cache", "cipher_suites", "operation_debug", "auth_header_name_strict"];
/** Options that tighten the check: without them more would get in than the file says. */
const REFUSED = ["jwk_fingerprints", "secret_url", "cypher_key", "jwk_local_ca"];
const CACHE_DEFAULT_SECONDS = 900;

export function readJwt(fields: Fields): JwtOptions | null {
  const keys = readKeys(fields);
  const matcher = fields.choice("scopes_matcher", ["any", "all"], "any");
  const scopes = fields.strings("scopes", []);
  const options = {
    algorithm: fields.choice("alg", ALGORITHMS, "RS256"),
    issuer: fields.string("issuer", null),
    audience: fields.strings("audience", []),
    roles: fields.strings("roles", []),
    rolesPath: claimPath(fields, "roles_key", "roles_key_is_nested"),
    scopes,
    scopesPath: fields.string("scopes_key", "scope").split("."),
    needsAllScopes: matcher === "all",
    cookieName: fields.string("cookie_key", null),
    headerName: fields.string("auth_header_name", "Authorization").toLowerCase(),
    propagated: readPropagated(fields),
    leewaySeconds: Math.trunc(fields.duration("leeway", 1000) / 1000),
  };
  for (const key of REFUSED) {
    if (fields.has(key))
      fields.refuse(key, "is not supported, and without it the check would differ");
  }
  const strategy = fields.string("key_identify_strategy", "kid");
  if (strategy !== "kid") fields.refuse("key_identify_strategy", "expected kid");
  fields.finish(UNSUPPORTED);
  return keys === null ? null : { ...options, keys };
}

function readKeys(fields: Fields): JwkSource | null {
  const url = fields.string("jwk_url", null);
  const path = fields.string("jwk_local_path", null);
  const allowsPlain = fields.boolean("disable_jwk_security", false);
  const cacheMs =
    fields.integer("cache_duration", CACHE_DEFAULT_SECONDS, { min: 1, max: 86_400 }) * 1000;
  if (path !== null) return { kind: "file", path };
  if (url === null) {
    fields.refuse("jwk_url", "expected the address of a JWK set, or its file in jwk_local_path");
    return null;
  }
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    fields.refuse("jwk_url", "expected an https address");
    return null;
  }
  if (url.startsWith("http:") && !allowsPlain) {
    fields.refuse("jwk_url", "expected https; disable_jwk_security allows http");
    return null;
  }
  return { kind: "url", url, cacheMs };
}

function claimPath(fields: Fields, key: string, nested: string): readonly string[] {
  const name = fields.string(key, "roles");
  return fields.boolean(nested, false) ? name.split(".") : [name];
}

function readPropagated(fields: Fields): JwtOptions["propagated"] {
  const value = fields.raw("propagate_claims");
  if (value === undefined) return [];
  const isPairs =
    Array.isArray(value) &&
    value.every(
      (pair) =>
        Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string"),
    );
  if (!isPairs) {
    fields.refuse("propagate_claims", "expected a list of pairs of claim and header");
    return [];
  }
  return (value as readonly (readonly [string, string])[]).map(([claim, header]) => ({
    claim: claim.split("."),
    header: header.toLowerCase(),
  }));
}
