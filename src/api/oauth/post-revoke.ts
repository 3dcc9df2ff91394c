import { AccessError } from "#access";
import { type ApiRequest, type ApiResponse, jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { authenticatedClient } from "./client-authentication.ts";
import { clientEndpoint } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { oauthRefusal } from "./oauth-refusal.ts";
import { readForm, requiredField } from "./read-form.ts";

/**
 * `POST /oauth2/revoke` (RFC 7009). `token_type_hint` means nothing here: there is one type. What is
 * no live token is answered as if it had been ended, which is what the caller wanted.
 */
export function postRevoke(deps: OAuthDeps): OpenEndpoint {
  return clientEndpoint(
    "/oauth2/revoke",
    "Ends an access token at once: a client's own, or with `tokens.revoke` any.",
    (request) => revoke(deps, request),
  );
}

async function revoke(deps: OAuthDeps, request: ApiRequest): Promise<ApiResponse> {
  const form = await readForm(request);
  const client = await authenticatedClient(deps, request, form);
  try {
    await deps.tokens.revoke({ kind: "client", client }, requiredField(form, "token"));
  } catch (error) {
    if (!(error instanceof AccessError) || error.code !== "token_foreign") throw error;
    throw oauthRefusal("unauthorized_client", error.message);
  }
  return jsonResponse(200, {});
}
