/**
 * Issues access tokens and says who a token is. A token is worth what its client is worth at the
 * moment of use: a client that is revoked, deleted or has expired, a tenant that is gone, a scope
 * that was taken away or a token that was revoked count from the next request on, whichever gateway
 * on the database did it. A secret that is replaced leaves tokens alone (clients do not fetch a new
 * one before the old one expires); `Clients.revokeTokens` ends them.
 */
import type { Clock } from "#lib/clock";
import { AccessError } from "../access-error.ts";
import type { Actor, AuditLog } from "../administration/audit.ts";
import { earliest, findLiveClient, type LiveClient } from "../authentication/live-client.ts";
import { createTokenBuckets } from "../authentication/token-buckets.ts";
import type { Verified } from "../authentication/verified-credentials.ts";
import type { AccessDatabase } from "../database/access-database.ts";
import type { ClientPrincipal } from "../principal.ts";
import { type GrantedScope, grants, type Scope, SCOPES } from "../scopes.ts";
import { type AccessTokenClaims, readAccessToken, signAccessToken } from "./access-token.ts";
import { TOKEN_REQUEST_KEYS_MAX, TOKEN_REQUESTS_PER_CLIENT } from "./limits.ts";
import { narrowScopes } from "./narrow-scopes.ts";
import { isRevoked, revokeToken } from "./revoked-tokens.ts";
import type { PublicJwk, SigningKeys } from "./signing-keys.ts";

/** What may change while running. */
export interface TokenSettings {
  /** The `iss` and `aud` of tokens: where clients reach this installation, without a final slash. */
  readonly issuer: string;
  readonly accessTokenLifetimeMs: number;
  readonly signingKeyRotationMs: number;
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly Scope[];
}

/** What a token is, for who may know it. */
export interface TokenState extends AccessTokenClaims {
  /** Those of the token that its client still holds. */
  readonly scopes: readonly GrantedScope[];
  readonly tenantName: string | null;
}

/** Who wants something done with a token: a client, or the operator at the machine itself. */
export type Asker =
  | { readonly kind: "client"; readonly client: ClientPrincipal }
  | { readonly kind: "operator"; readonly actor: Actor };

export interface TokenService {
  /** Where tokens come from, as the metadata says it. */
  issuer(): string;
  /** Seconds that the client has to wait before its next request to the token endpoints, or 0. */
  admit(clientId: string): number;
  /** Throws `token_scope_invalid`, `token_target_invalid`. */
  issue(
    client: ClientPrincipal,
    wish: { readonly scopes: readonly string[]; readonly resource?: string },
  ): Promise<IssuedToken>;
  /** Who the token is and until when that is sure; null where it is not right. */
  verify(token: string): Promise<Verified | null>;
  /** Null for what is no live token, and for tokens that are not the asker's to know. */
  introspect(asker: Asker, token: string): Promise<TokenState | null>;
  /**
   * Ends one token. What is no live token needs no ending (RFC 7009 §2.2). Throws `token_foreign`.
   */
  revoke(asker: Asker, token: string): Promise<void>;
  publishedKeys(): Promise<readonly PublicJwk[]>;
  /** Ends all tokens at once and for good, with the keys that signed them. */
  forgetKeys(actor: Actor): Promise<number>;
}

export interface TokenServiceDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly keys: SigningKeys;
  readonly settings: () => TokenSettings;
}

interface LiveToken {
  readonly claims: AccessTokenClaims;
  readonly client: LiveClient;
}

export function createTokenService(deps: TokenServiceDeps): TokenService {
  const { database, clock, keys, settings } = deps;
  const requests = createTokenBuckets(TOKEN_REQUESTS_PER_CLIENT, TOKEN_REQUEST_KEYS_MAX);

  const findLiveToken = async (token: string): Promise<LiveToken | null> => {
    const nowMs = clock.nowMs();
    const claims = await readAccessToken(keys, token, nowMs);
    if (claims === null) return null;
    const { reader } = database;
    const client = await findLiveClient(reader, claims.clientId, nowMs);
    if (client === null || client.tokenFamily !== claims.tokenFamily) return null;
    return (await isRevoked(reader, claims.id)) ? null : { claims, client };
  };

  return {
    issuer: () => settings().issuer,
    admit: (clientId) => Math.ceil(requests.take(clientId, clock.monotonicMs()) / 1000),

    issue: async (client, { scopes: wished, resource }) => {
      const { issuer, accessTokenLifetimeMs } = settings();
      requireOwnResource(issuer, resource);
      const scopes = narrowScopes(client, wished);
      const nowMs = clock.nowMs();
      const live = await findLiveClient(database.reader, client.clientId, nowMs);
      const issuedAtSeconds = Math.floor(nowMs / 1000);
      const endMs = earliest(nowMs + accessTokenLifetimeMs, live?.expiresAtMs ?? null) ?? nowMs;
      const expiresAtSeconds = Math.floor(endMs / 1000);
      // It was there a moment ago, when it proved itself. Some clients take 0 s for «never».
      if (live === null || expiresAtSeconds <= issuedAtSeconds) {
        throw new AccessError("client_revoked", `The client ${client.clientId} has just ended.`);
      }
      const accessToken = await signAccessToken(await keys.current(issuer), {
        clientId: client.clientId,
        scopes,
        tokenFamily: live.tokenFamily,
        issuedAtSeconds,
        expiresAtSeconds,
      });
      return { accessToken, expiresInSeconds: expiresAtSeconds - issuedAtSeconds, scopes };
    },

    verify: async (token) => {
      const live = await findLiveToken(token);
      if (live === null) return null;
      const principal = await live.client.principal();
      const scopes = heldScopes(principal, live.claims);
      const untilMs = earliest(live.claims.expiresAtSeconds * 1000, live.client.expiresAtMs);
      return { principal: { ...principal, scopes }, untilMs };
    },

    introspect: async (asker, token) => {
      const live = await findLiveToken(token);
      if (live === null || !mayHandle(asker, live.claims, "tokens.introspect")) return null;
      const principal = await live.client.principal();
      const scopes = heldScopes(principal, live.claims);
      return { ...live.claims, scopes, tenantName: principal.tenantName };
    },

    revoke: async (asker, token) => {
      const claims = await readAccessToken(keys, token, clock.nowMs());
      if (claims === null) return;
      if (!mayHandle(asker, claims, "tokens.revoke")) {
        throw new AccessError("token_foreign", "The token was issued to another client.");
      }
      await database.change(async (writer) => {
        await revokeToken(writer, claims, clock.nowMs());
        // Its own are a client's own business, and must not push out what the log is kept for.
        if (isOwn(asker, claims)) return;
        const actor = actorOf(asker);
        const subject = { subjectId: claims.clientId, subjectName: claims.clientId };
        const details = { tokenId: claims.id };
        await deps.audit.append(writer, { action: "token.revoke", ...subject, actor, details });
      });
    },

    publishedKeys: () => keys.published(settings().issuer),
    forgetKeys: (actor) => keys.forgetAll(actor),
  };
}

/** A client handles its own tokens; the operator's clients, with the scope for it, everybody's. */
function mayHandle(
  asker: Asker,
  token: AccessTokenClaims,
  scope: "tokens.introspect" | "tokens.revoke",
): boolean {
  if (asker.kind === "operator" || isOwn(asker, token)) return true;
  return grants(asker.client.owner, asker.client.scopes, scope);
}

function isOwn(asker: Asker, token: AccessTokenClaims): boolean {
  return asker.kind === "client" && asker.client.clientId === token.clientId;
}

function actorOf(asker: Asker): Actor {
  if (asker.kind === "operator") return asker.actor;
  return { kind: "client", name: asker.client.clientId };
}

/** What the token was issued for and its client still holds. */
function heldScopes(principal: ClientPrincipal, { scopes }: AccessTokenClaims): readonly Scope[] {
  return scopes
    .filter((scope): scope is Scope => Object.hasOwn(SCOPES, scope))
    .filter((scope) => grants(principal.owner, principal.scopes, scope));
}

/** RFC 8707: a token for somebody else is not ours to give. Throws `token_target_invalid`. */
function requireOwnResource(issuer: string, resource: string | undefined): void {
  if (resource === undefined || resource === issuer || resource.startsWith(`${issuer}/`)) return;
  throw new AccessError(
    "token_target_invalid",
    `Tokens of this server are for ${issuer}: leave resource out, or give that address.`,
  );
}
