import { AccessError, type ClientPrincipal } from "#access";
import { type ApiRequest, type ApiResponse, jsonResponse } from "#http";
import { OperatingError } from "#lib/operating-error";
import type { OpenEndpoint } from "../endpoint.ts";
import { authenticatedClient } from "./client-authentication.ts";
import { clientEndpoint } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { oauthRefusal } from "./oauth-refusal.ts";
import { type FormFields, readForm, requiredField } from "./read-form.ts";

/** `POST /oauth2/token`: the client credentials grant (RFC 6749 §4.4), the only one there is. */
export function postToken(deps: OAuthDeps): OpenEndpoint {
  const requests = deps.telemetry.tokenRequests;
  return clientEndpoint(
    "/oauth2/token",
    "An access token for a client, by the client credentials grant.",
    async (request) => {
      try {
        const answer = await grantToken(deps, request);
        requests.with("ok").inc();
        return answer;
      } catch (error) {
        requests.with(error instanceof OperatingError ? error.code : "internal").inc();
        throw error;
      }
    },
  );
}

async function grantToken(deps: OAuthDeps, request: ApiRequest): Promise<ApiResponse> {
  const form = await readForm(request);
  const client = await authenticatedClient(deps, request, form);
  const grantType = requiredField(form, "grant_type");
  if (grantType !== "client_credentials") {
    throw oauthRefusal(
      "unsupported_grant_type",
      `The grant type ${grantType.slice(0, 64)} is not supported: use client_credentials.`,
    );
  }
  const issued = await issue(deps, client, form);
  const answer = jsonResponse(200, {
    access_token: issued.accessToken,
    token_type: "bearer",
    expires_in: issued.expiresInSeconds,
    scope: issued.scopes.join(" "),
  });
  // For caches that know HTTP/1.0 only (RFC 6749 §5.1).
  return { ...answer, headers: { ...answer.headers, pragma: "no-cache" } };
}

async function issue(
  { tokens }: OAuthDeps,
  client: ClientPrincipal,
  form: FormFields,
): ReturnType<OAuthDeps["tokens"]["issue"]> {
  const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const resource = form.get("resource");
  try {
    return await tokens.issue(client, { scopes, ...(resource === undefined ? {} : { resource }) });
  } catch (error) {
    throw asRefusal(error);
  }
}

/** The standards' words for what the token service refuses. */
const OAUTH_ERRORS: Partial<Record<string, string>> = {
  token_scope_invalid: "invalid_scope",
  token_target_invalid: "invalid_target",
  client_revoked: "invalid_client",
};

function asRefusal(error: unknown): unknown {
  const code = error instanceof AccessError ? OAUTH_ERRORS[error.code] : undefined;
  if (code === undefined || !(error instanceof AccessError)) return error;
  return oauthRefusal(code, error.message);
}
