import type { AuthenticateClient, TokenService } from "#access";
import type { ApiTelemetry } from "../metrics.ts";

/** What the endpoints of the authorization server need; app wires it. */
export interface OAuthDeps {
  readonly authenticateClient: AuthenticateClient;
  readonly tokens: TokenService;
  readonly telemetry: ApiTelemetry;
}
