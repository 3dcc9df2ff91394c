import type { OpenEndpoint } from "../endpoint.ts";
import { publishedDocument } from "./oauth-endpoint.ts";
import type { OAuthDeps } from "./oauth-deps.ts";
import { serverMetadata } from "./server-metadata.ts";

/**
 * `GET /.well-known/openid-configuration`: the same for libraries that look here, with the members
 * that OpenID Connect Discovery requires beside. There are no users and no ID tokens behind it.
 */
export function getOpenidConfiguration({ tokens }: OAuthDeps): OpenEndpoint {
  return publishedDocument(
    "/.well-known/openid-configuration",
    "The same, at the place and with the members that OpenID Connect libraries look for.",
    async () => ({
      ...serverMetadata(tokens.issuer()),
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
  );
}
