import type { OpenEndpoint } from "../endpoint.ts";
import { publishedDocument } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { serverMetadata } from "./server-metadata.ts";

/** `GET /.well-known/oauth-authorization-server` (RFC 8414). */
export function getOauthMetadata({ tokens }: OAuthDeps): OpenEndpoint {
  return publishedDocument(
    "/.well-known/oauth-authorization-server",
    "Where the endpoints of OAuth 2.0 are and what they take.",
    async () => serverMetadata(tokens.issuer()),
  );
}
