import { AccessError } from "../access-error.ts";
import { checkDeclaredSecret } from "../credential/declared-secret.ts";
import { newRowId } from "../credential/ids.ts";
import { secretMatches } from "../credential/secret-hash.ts";
import type { Writer } from "../database/access-database.ts";
import type { AccessDeclarations, ClientDeclaration, TenantDeclaration } from "../declarations.ts";
import { NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import { entitlementKey } from "../entitlement/entitlement-key.ts";
import type { Actor, AuditAction } from "./audit.ts";
import { type Client, putSecret, revokeClients } from "./client-rows.ts";
import { checkedScopes, insertClient } from "./clients.ts";
import { type PresentState, readPresentState } from "./declared-state.ts";
import { checkClientName, checkDeclaredClientId, checkTenantName, quoted } from "./names.ts";
import { type AdministrationDeps, deleteTenant, entitleTenant, insertTenant } from "./tenants.ts";

/**
 * Makes the database say what gaugeway.yaml says, in one transaction: declared tenants and clients
 * are made or changed, those that are no longer declared are removed, and what people made by hand
 * stays. Declaring the same again changes nothing and writes nothing.
 */
export interface DeclarationOutcome {
  /** Names of tenants and ids of clients. */
  readonly made: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const ACTOR: Actor = { kind: "config", name: "gaugeway.yaml" };

/**
 * Throws `declaration_conflict`, `secret_weak`, `entitlement_invalid`, `scope_invalid` and the
 * errors of names; then nothing has changed.
 */
export async function applyDeclarations(
  deps: AdministrationDeps,
  declarations: AccessDeclarations,
): Promise<DeclarationOutcome> {
  checkDeclarations(declarations);
  const { database } = deps;
  const planned = await run(deps, await readPresentState(database.reader), declarations, null);
  if (planned.made.length + planned.changed.length + planned.removed.length === 0) return planned;
  return database.change(async (writer) =>
    run(deps, await readPresentState(writer), declarations, writer),
  );
}

/** One pass over the declarations; without `writer` it only finds out what would change. */
interface Pass {
  readonly deps: AdministrationDeps;
  readonly writer: Writer | null;
  readonly present: PresentState;
  readonly nowMs: number;
  /** Ids of tenants that this pass removes, and their clients with them. */
  readonly removedTenants: Set<string>;
  readonly made: string[];
  readonly changed: string[];
  readonly removed: string[];
}

async function run(
  deps: AdministrationDeps,
  present: PresentState,
  declarations: AccessDeclarations,
  writer: Writer | null,
): Promise<DeclarationOutcome> {
  const lists = { made: [], changed: [], removed: [] };
  const nowMs = deps.clock.nowMs();
  const pass: Pass = { deps, writer, present, nowMs, removedTenants: new Set(), ...lists };
  await removeClients(pass, new Set(allClients(declarations).map((client) => client.id)));
  await removeTenants(pass, new Set(declarations.tenants.map((tenant) => tenant.name)));
  for (const tenant of declarations.tenants) {
    const tenantId = await applyTenant(pass, tenant);
    for (const client of tenant.clients) await applyClient(pass, client, tenantId);
  }
  for (const client of declarations.operatorClients) await applyClient(pass, client, null);
  return { made: pass.made, changed: pass.changed, removed: pass.removed };
}

/** What can be refused without the database. */
function checkDeclarations(declarations: AccessDeclarations): void {
  const names = new Set<string>();
  for (const { name, entitlement } of declarations.tenants) {
    checkTenantName(name);
    if (entitlement !== null) entitlementKey(entitlement);
    if (names.has(name)) throw conflict(`Tenant ${quoted(name)} is declared twice.`);
    names.add(name);
  }
  const ids = new Set<string>();
  for (const client of allClients(declarations)) {
    checkDeclaredClientId(client.id);
    checkClientName(client.name);
    checkDeclaredSecret(client.id, client.secret);
    if (client.previousSecret !== null) checkDeclaredSecret(client.id, client.previousSecret);
    if (ids.has(client.id)) throw conflict(`Client ${quoted(client.id)} is declared twice.`);
    ids.add(client.id);
  }
}

function allClients(declarations: AccessDeclarations): readonly ClientDeclaration[] {
  return declarations.tenants
    .flatMap((tenant) => tenant.clients)
    .concat(declarations.operatorClients);
}

async function removeClients(pass: Pass, declared: ReadonlySet<string>): Promise<void> {
  for (const client of pass.present.clients.values()) {
    if (client.revokedAtMs !== null) continue;
    if (client.origin !== "config" || declared.has(client.id)) continue;
    pass.removed.push(client.id);
    if (pass.writer === null) continue;
    await revokeClients(pass.writer, [client.id], pass.nowMs);
    await record(pass, "client.revoke", client.id, client.name);
  }
}

async function removeTenants(pass: Pass, declared: ReadonlySet<string>): Promise<void> {
  for (const tenant of pass.present.tenants.values()) {
    if (tenant.origin !== "config" || declared.has(tenant.name)) continue;
    pass.removed.push(tenant.name);
    pass.removedTenants.add(tenant.id);
    if (pass.writer === null) continue;
    await deleteTenant(pass.writer, tenant.id, pass.nowMs);
    await record(pass, "tenant.delete", tenant.id, tenant.name);
  }
}

/** The tenant's id; while planning, a name stands for the id of a tenant that is still to be made. */
async function applyTenant(pass: Pass, declared: TenantDeclaration): Promise<string> {
  const { name, entitlement } = declared;
  const present = pass.present.tenants.get(name);
  if (present === undefined) {
    pass.made.push(name);
    if (pass.writer === null) return name;
    const id = await insertTenant(pass.writer, { name, origin: "config", nowMs: pass.nowMs });
    if (entitlement !== null) await entitleTenant(pass.writer, id, entitlement, pass.nowMs);
    await record(pass, "tenant.create", id, name);
    return id;
  }
  if (present.origin !== "config") {
    throw conflict(
      `Tenant ${quoted(name)} is declared in gaugeway.yaml and was also made by hand: ` +
        "rename or delete one of them.",
    );
  }
  if (!pass.present.hasEntitlement(present, entitlement)) {
    pass.changed.push(name);
    if (pass.writer !== null) {
      await entitleTenant(pass.writer, present.id, entitlement ?? NO_ENTITLEMENT, pass.nowMs);
      await record(pass, "tenant.entitle", present.id, name);
    }
  }
  return present.id;
}

async function applyClient(
  pass: Pass,
  declared: ClientDeclaration,
  tenantId: string | null,
): Promise<void> {
  const scopes = checkedScopes(tenantId === null ? "operator" : "tenant", declared.scopes);
  const present = pass.present.clients.get(declared.id);
  if (present !== undefined && present.origin !== "config") {
    throw conflict(
      `Client ${quoted(declared.id)} is declared in gaugeway.yaml and was also made by hand: ` +
        "declare another id.",
    );
  }
  if (present === undefined) {
    pass.made.push(declared.id);
    if (pass.writer === null) return;
    const { id, name, expiresAtMs } = declared;
    const { nowMs } = pass;
    const row = { id, tenantId, name, scopes, origin: "config", expiresAtMs, nowMs } as const;
    await insertClient(pass.writer, row);
    await replaceSecrets(pass.writer, declared, nowMs);
    await record(pass, "client.create", id, name);
    return;
  }
  const asDeclared = isAsDeclared(present, declared, scopes, tenantId);
  // The removal of a client's former tenant has taken its secrets.
  const wasRemoved = present.tenantId !== null && pass.removedTenants.has(present.tenantId);
  const sameSecrets = !wasRemoved && secretsAreDeclared(pass.present, declared);
  if (asDeclared && sameSecrets) return;
  pass.changed.push(declared.id);
  if (pass.writer === null) return;
  await pass.writer
    .updateTable("client")
    .set({
      tenant_id: tenantId,
      name: declared.name,
      scopes: scopes.join(" "),
      expires_at_ms: declared.expiresAtMs,
      revoked_at_ms: null,
      // Tokens were issued for the tenant that the client belonged to.
      ...(present.tenantId === tenantId ? {} : { token_family: newRowId() }),
    })
    .where("id", "=", declared.id)
    .execute();
  if (!sameSecrets) await replaceSecrets(pass.writer, declared, pass.nowMs);
  await record(pass, sameSecrets ? "client.change" : "client.rotate", declared.id, declared.name);
}

function isAsDeclared(
  present: Client,
  declared: ClientDeclaration,
  scopes: readonly string[],
  tenantId: string | null,
): boolean {
  return (
    present.revokedAtMs === null &&
    present.tenantId === tenantId &&
    present.name === declared.name &&
    present.expiresAtMs === declared.expiresAtMs &&
    present.scopes.join(" ") === scopes.join(" ")
  );
}

function secretsAreDeclared(present: PresentState, declared: ClientDeclaration): boolean {
  const stored = present.secretsOf(declared.id);
  const secrets = secretsOf(declared);
  return (
    stored.length === secrets.length &&
    secrets.every((secret) => stored.some((hash) => secretMatches(hash, secret)))
  );
}

async function replaceSecrets(
  writer: Writer,
  declared: ClientDeclaration,
  nowMs: number,
): Promise<void> {
  await writer.deleteFrom("client_secret").where("client_id", "=", declared.id).execute();
  for (const secret of secretsOf(declared)) {
    await putSecret(writer, declared.id, secret, { nowMs, expiresAtMs: null });
  }
}

function secretsOf({ secret, previousSecret }: ClientDeclaration): readonly string[] {
  return previousSecret === null || previousSecret === secret ? [secret] : [secret, previousSecret];
}

async function record(
  pass: Pass,
  action: AuditAction,
  subjectId: string,
  subjectName: string,
): Promise<void> {
  if (pass.writer === null) return;
  const entry = { actor: ACTOR, action, subjectId, subjectName, details: {} };
  await pass.deps.audit.append(pass.writer, entry);
}

function conflict(message: string): AccessError {
  return new AccessError("declaration_conflict", message);
}
