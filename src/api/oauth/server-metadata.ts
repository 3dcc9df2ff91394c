import { scopesFor } from "#access";

const CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post"];

/** What RFC 8414 wants to know. The issuer is configured: no header of a request has a say in it. */
export function serverMetadata(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ["client_credentials"],
    // There is no authorization endpoint; the member is required all the same.
    response_types_supported: [],
    scopes_supported: scopesFor("tenant"),
  };
}
