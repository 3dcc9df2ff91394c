import type { Clock } from "#lib/clock";
import { type DeclarationOutcome, applyDeclarations } from "./administration/apply-declarations.ts";
import { AUDIT_RETENTION, type AuditEntry, createAuditLog } from "./administration/audit.ts";
import { type Clients, createClients } from "./administration/clients.ts";
import { createTenants, type Tenants } from "./administration/tenants.ts";
import { type Authenticate, createAuthenticate } from "./authentication/authenticate.ts";
import { createFailureLimit } from "./authentication/failure-limit.ts";
import { createLastUsed } from "./authentication/last-used.ts";
import {
  createScrapeAdmission,
  type ScrapeAdmission,
  type ScrapeLimits,
} from "./authentication/scrape-admission.ts";
import { FAILURE_LIMIT, SCRAPE_LIMITS } from "./authentication/limits.ts";
import type { AccessDeclarations } from "./declarations.ts";

/** Tenants, clients, and who a request turned out to be. Disposing writes what is pending. */
export interface Access extends AsyncDisposable {
  readonly tenants: Tenants;
  readonly clients: Clients;
  readonly authenticate: Authenticate;
  readonly scrapes: ScrapeAdmission;
  /** Makes the database say what gaugeway.yaml says; see apply-declarations.ts. */
  applyDeclarations(declarations: AccessDeclarations): Promise<DeclarationOutcome>;
  /** Administrative acts, the newest first. */
  auditEntries(limit: number): Promise<readonly AuditEntry[]>;
  /** Writes when clients were last used, which else happens once a minute. */
  flushLastUsed(): Promise<void>;
}

export interface AccessOptions {
  /** Of the database file, `access.db` in the data folder; ":memory:" for one that is not kept. */
  readonly path: string;
  readonly clock: Clock;
  /** Hears of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
  readonly scrapeLimits?: ScrapeLimits;
  /** How long to wait for another process' transaction, which takes milliseconds. */
  readonly busyTimeoutMs?: number;
}

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
  return {
    tenants: createTenants(deps),
    clients: createClients(deps),
    authenticate: createAuthenticate({ database, clock, failureLimit, lastUsed }),
    scrapes: createScrapeAdmission(options.scrapeLimits ?? SCRAPE_LIMITS, clock),
    applyDeclarations: (declarations) => applyDeclarations(deps, declarations),
    auditEntries: (limit) => audit.list(database.reader, limit),
    flushLastUsed: () => lastUsed.flush(),
    [Symbol.asyncDispose]: async () => {
      await lastUsed[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
