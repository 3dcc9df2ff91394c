import { type Access, createAccess, NO_ENTITLEMENT, type OAuthSettings } from "#access";

const ACTOR = { kind: "cli", name: "test" } as const;

/** An access part in memory (or on a file) with a clock and settings that tests move. */
export interface TokenWorld extends AsyncDisposable {
  readonly access: Access;
  readonly clock: { ms: number };
  oauth: OAuthSettings;
  readonly errors: unknown[];
  createClient(tenant: string | null, ...scopes: readonly string[]): Promise<CreatedClient>;
  /** An access token, by the client's secret. */
  tokenOf(client: CreatedClient, ...scopes: readonly string[]): Promise<string>;
  /** What a request with the token comes to: `authenticated`, `invalid`, … */
  present(token: string): Promise<string>;
  /** Scopes of the principal that the token makes; null where it makes none. */
  scopesOf(token: string): Promise<readonly string[] | null>;
}

export interface CreatedClient {
  readonly id: string;
  readonly secret: string;
}

export const ISSUER = "https://metrics.example.com";

export async function openTokenWorld(
  place: { readonly path: string; readonly sealingKeyPath?: string } = { path: ":memory:" },
): Promise<TokenWorld> {
  const clock = {
    ms: 1_800_000_000_000,
    nowMs: (): number => clock.ms,
    monotonicMs: (): number => clock.ms,
  };
  const errors: unknown[] = [];
  const oauth = {
    issuer: ISSUER,
    accessTokenLifetimeMs: 3_600_000,
    signingKeyRotationMs: 30 * 24 * 3_600_000,
    identityProviders: [],
  };
  const onError = (error: unknown): void => void errors.push(error);
  let presented = 0;
  const access = await createAccess({ ...place, clock, onError, oauth: () => world.oauth });
  /** From another address each time, so that the limit on failures stays out of it. */
  const context = (): { address: string } => ({ address: `192.0.2.${presented++ % 250}` });
  const authenticate = (token: string) => access.authenticate([`Bearer ${token}`], context());
  const world: TokenWorld = {
    access,
    clock,
    errors,
    oauth,
    createClient: async (tenant, ...scopes) => {
      const names = (await access.tenants.list()).map(({ name }) => name);
      if (tenant !== null && !names.includes(tenant)) {
        const entitlement = { ...NO_ENTITLEMENT, selectors: [`{tenant="${tenant}"}`] };
        await access.tenants.create({ name: tenant, entitlement }, ACTOR);
      }
      const wanted = { tenant, name: "client", scopes };
      const { client, secret } = await access.clients.create(wanted, ACTOR);
      return { id: client.id, secret };
    },
    tokenOf: async ({ id, secret }, ...scopes) => {
      const outcome = await access.authenticateClient(id, secret, context());
      if (outcome.kind !== "authenticated") throw new Error(outcome.kind);
      return (await access.tokens.issue(outcome.principal, { scopes })).accessToken;
    },
    present: async (token) => (await authenticate(token)).kind,
    scopesOf: async (token) => {
      const outcome = await authenticate(token);
      return outcome.kind === "authenticated" ? outcome.principal.scopes : null;
    },
    [Symbol.asyncDispose]: () => access[Symbol.asyncDispose](),
  };
  return world;
}
