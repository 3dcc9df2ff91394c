import type { TokenState } from "#access";
import { type ApiRequest, type ApiResponse, jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { authenticatedClient } from "./client-authentication.ts";
import { clientEndpoint } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { readForm, requiredField } from "./read-form.ts";

/**
 * `POST /oauth2/introspect` (RFC 7662): what a token is worth now. A token that is not the caller's to
 * know is answered as one that does not exist, so that nobody can try tokens out here.
 */
export function postIntrospect(deps: OAuthDeps): OpenEndpoint {
  return clientEndpoint(
    "/oauth2/introspect",
    "What an access token is worth: a client's own, or with `tokens.introspect` any.",
    (request) => introspect(deps, request),
  );
}

async function introspect(deps: OAuthDeps, request: ApiRequest): Promise<ApiResponse> {
  const form = await readForm(request);
  const client = await authenticatedClient(deps, request, form);
  const asker = { kind: "client", client } as const;
  const state = await deps.tokens.introspect(asker, requiredField(form, "token"));
  return jsonResponse(200, state === null ? { active: false } : members(state));
}

function members(state: TokenState): object {
  return {
    active: true,
    scope: state.scopes.join(" "),
    client_id: state.clientId,
    sub: state.clientId,
    token_type: "bearer",
    iss: state.issuer,
    aud: state.issuer,
    iat: state.issuedAtSeconds,
    exp: state.expiresAtSeconds,
    jti: state.id,
    ...(state.tenantName === null ? {} : { tenant: state.tenantName }),
  };
}
