import type { Clock } from "#lib/clock";
import { type DeclarationOutcome, applyDeclarations } from "./administration/apply-declarations.ts";
import { AUDIT_RETENTION, type AuditEntry, createAuditLog } from "./administration/audit.ts";
import { type Clients, createClients } from "./administration/clients.ts";
import { createTenants, type Tenants } from "./administration/tenants.ts";
import { type Authenticators, createAuthenticators } from "./authentication/authenticate.ts";
import { createFailureLimit } from "./authentication/failure-limit.ts";
import { createLastUsed } from "./authentication/last-used.ts";
import {
  type AdmissionLimits,
  createRequestAdmission,
  type RequestAdmission,
} from "./authentication/request-admission.ts";
import { FAILURE_LIMIT, QUERY_LIMITS, SCRAPE_LIMITS } from "./authentication/limits.ts";
import type { AccessDeclarations } from "./declarations.ts";
import type { IdentityProvider } from "./tokens/identity-provider.ts";
import { createRefusals, type Refusals } from "./records/refusals.ts";
import { createUsage, type Usage } from "./records/usage.ts";
import { createKeySeal } from "./tokens/key-sealing.ts";
import { createOutsideTokens } from "./tokens/outside-tokens.ts";
import { createSigningKeys } from "./tokens/signing-keys.ts";
import {
  createTokenService,
  type TokenService,
  type TokenSettings,
} from "./tokens/token-service.ts";

/** Tenants, clients, and who a request turned out to be. Disposing writes what is pending. */
export interface Access extends Authenticators, AsyncDisposable {
  readonly tenants: Tenants;
  readonly clients: Clients;
  readonly tokens: TokenService;
  readonly scrapes: RequestAdmission;
  /** Of all other requests to the API. */
  readonly queries: RequestAdmission;
  /** Makes the database say what gaugeway.yaml says; see apply-declarations.ts. */
  applyDeclarations(declarations: AccessDeclarations): Promise<DeclarationOutcome>;
  /** Administrative acts, the newest first. */
  auditEntries(limit: number): Promise<readonly AuditEntry[]>;
  readonly usage: Usage;
  readonly refusals: Refusals;
  /** Writes when clients were last used, which else happens once a minute. */
  flushLastUsed(): Promise<void>;
}

export interface AccessOptions {
  /** Of the database file, `access.db` in the data folder; ":memory:" for one that is not kept. */
  readonly path: string;
  readonly clock: Clock;
  /** Hears of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
  readonly limits?: RequestLimits;
  /** Of the file that seals signing keys; made where it is missing. Without it no key is kept. */
  readonly sealingKeyPath?: string;
  /** Asked for each token, since a reload may change it. Without it tokens are for nobody else. */
  readonly oauth?: () => OAuthSettings;
  /** How long to wait for another process' transaction, which takes milliseconds. */
  readonly busyTimeoutMs?: number;
}

/** How much a client and a tenant may ask for. */
export interface RequestLimits {
  readonly scrapes: AdmissionLimits;
  readonly queries: AdmissionLimits;
}

/** How access tokens are issued and whose others are taken. */
export interface OAuthSettings extends TokenSettings {
  readonly identityProviders: readonly IdentityProvider[];
}

const OAUTH_DEFAULTS: OAuthSettings = {
  issuer: "http://localhost",
  accessTokenLifetimeMs: 3_600_000,
  signingKeyRotationMs: 30 * 24 * 3_600_000,
  identityProviders: [],
};

const BUSY_TIMEOUT_MS = 2000;

/** Throws `access_database_newer`, `access_database_busy`, `access_database_failed`. */
export async function createAccess(options: AccessOptions): Promise<Access> {
  const { path, clock, onError, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  // Loaded here, so that the engine's thread, which compiles entitlements only, does without Kysely.
  const { openAccessDatabase } = await import("./database/access-database.ts");
  const database = await openAccessDatabase(path, clock, busyTimeoutMs);
  const audit = createAuditLog(clock, AUDIT_RETENTION);
  const deps = { database, clock, audit };
  const failureLimit = createFailureLimit(FAILURE_LIMIT, clock);
  const lastUsed = createLastUsed(database, onError);
  const usage = createUsage(database, clock, onError);
  const refusals = createRefusals(database, clock, onError);
  const settings = options.oauth ?? ((): OAuthSettings => OAUTH_DEFAULTS);
  const seal = createKeySeal(options.sealingKeyPath ?? null);
  const rotationMs = (): number => settings().signingKeyRotationMs;
  const keys = createSigningKeys({ ...deps, seal, rotationMs });
  const tokens = createTokenService({ ...deps, keys, settings });
  const providers = (): readonly IdentityProvider[] => settings().identityProviders;
  const outside = createOutsideTokens({ database, clock, onError, providers });
  const check = {
    verify: async (token: string) => (await tokens.verify(token)) ?? outside.verify(token),
    generation: () => outside.generation(),
  };
  return {
    tenants: createTenants(deps),
    clients: createClients(deps),
    tokens,
    ...createAuthenticators({ database, clock, failureLimit, lastUsed, tokens: check }),
    scrapes: createRequestAdmission(options.limits?.scrapes ?? SCRAPE_LIMITS, clock),
    queries: createRequestAdmission(options.limits?.queries ?? QUERY_LIMITS, clock),
    applyDeclarations: (declarations) => applyDeclarations(deps, declarations),
    auditEntries: (limit) => audit.list(database.reader, limit),
    usage,
    refusals,
    flushLastUsed: () => lastUsed.flush(),
    [Symbol.asyncDispose]: async () => {
      for (const records of [lastUsed, usage, refusals]) await records[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
