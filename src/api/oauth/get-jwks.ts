import type { OpenEndpoint } from "../endpoint.ts";
import { publishedDocument } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";

/** `GET /.well-known/jwks.json` (RFC 7517): the public halves of the keys that sign access tokens. */
export function getJwks({ tokens }: OAuthDeps): OpenEndpoint {
  return publishedDocument(
    "/.well-known/jwks.json",
    "The public keys that access tokens are signed with; several, rotated without notice.",
    async () => ({ keys: await tokens.publishedKeys() }),
  );
}
