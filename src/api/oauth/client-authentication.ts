import { readAuthorization } from "#access";
import type { ClientPrincipal } from "#access";
import { unreachable } from "#lib/assert";
import type { ApiRequest, HttpRefusal } from "#http";
import { tooManyRequests } from "../admitted.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { oauthRefusal } from "./oauth-refusal.ts";
import type { FormFields } from "./read-form.ts";

interface ClientCredential {
  readonly id: string;
  readonly secret: string;
}

const CHALLENGE = { "www-authenticate": 'Basic realm="gaugeway", charset="UTF-8"' };

/**
 * The client that a request to the authorization server comes from. It proves itself by
 * `client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1), by one of them only.
 */
export async function authenticatedClient(
  { authenticateClient, tokens, refusals }: OAuthDeps,
  request: ApiRequest,
  form: FormFields,
): Promise<ClientPrincipal> {
  const { id, secret } = readCredential(request, form);
  const { path, remoteAddress: address } = request;
  const outcome = await authenticateClient(id, secret, { address });
  const record = (reason: string, tenantId: string | null): void =>
    refusals.record({ reason, path, clientId: id, tenantId, address });
  switch (outcome.kind) {
    case "missing":
    case "invalid":
      record("invalid_client", null);
      throw invalidClient(
        `Client authentication failed for ${id.slice(0, 64)}: check id and secret, and whether the client has expired or was revoked.`,
      );
    case "limited":
      record("too_many_requests", null);
      throw tooManyRequests("failed attempts", outcome.retryAfterSeconds);
    case "authenticated": {
      const { principal } = outcome;
      request.note({ client: principal.clientId });
      const waitSeconds = tokens.admit(principal.clientId);
      if (waitSeconds === 0) return principal;
      record("too_many_requests", principal.tenantId);
      throw tooManyRequests("requests of this client", waitSeconds);
    }
    default:
      return unreachable(outcome);
  }
}

function readCredential(request: ApiRequest, form: FormFields): ClientCredential {
  const authorization = request.header("authorization");
  return authorization === null ? fromForm(form) : fromHeader(authorization, form);
}

function fromForm(form: FormFields): ClientCredential {
  const id = form.get("client_id");
  const secret = form.get("client_secret");
  if (id !== undefined && secret !== undefined) return { id, secret };
  throw invalidClient(
    "The client must authenticate: send id and secret by HTTP Basic, or as client_id and client_secret in the form.",
  );
}

function fromHeader(authorization: string, form: FormFields): ClientCredential {
  const credential = readAuthorization([authorization]);
  if (credential.kind !== "basic") {
    throw invalidClient("The Authorization header must be HTTP Basic with client id and secret.");
  }
  const id = formDecoded(credential.id);
  const secret = formDecoded(credential.secret);
  if (id === null || secret === null) {
    throw invalidClient(
      "Client id and secret must be form-encoded before they are joined for HTTP Basic (RFC 6749, 2.3.1).",
    );
  }
  // Some clients repeat their id in the form, which says nothing else; a secret there would.
  if (form.has("client_secret") || (form.get("client_id") ?? id) !== id) {
    throw oauthRefusal(
      "invalid_request",
      "The client authenticates in two ways: use HTTP Basic or the form, not both.",
    );
  }
  return { id, secret };
}

/** Unlike at /metrics/v1 the parts are form-encoded here; null where they cannot be. */
function formDecoded(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text.replaceAll("+", " "));
    return decoded === "" || /\p{Cc}/u.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

function invalidClient(text: string): HttpRefusal {
  return oauthRefusal("invalid_client", text, CHALLENGE);
}
