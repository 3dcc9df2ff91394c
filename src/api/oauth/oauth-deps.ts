import type { AuthenticateClient, Refusals, TokenService } from "#access";
import type { ApiTelemetry } from "../metrics.ts";

/** What the endpoints of the authorization server need; app wires it. */
export interface OAuthDeps {
  readonly authenticateClient: AuthenticateClient;
  readonly tokens: TokenService;
  readonly refusals: Pick<Refusals, "record">;
  readonly telemetry: ApiTelemetry;
}
