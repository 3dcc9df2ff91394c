import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AccessError, type AccessErrorCode } from "../access-error.ts";
import { type Access, createAccess } from "../create-access.ts";
import { newClientSecret } from "../credential/client-secret.ts";
import { declarationChecks } from "../declaration-checks.ts";
import type { AccessDeclarations, ClientDeclaration, TenantDeclaration } from "../declarations.ts";
import { type Entitlement, NO_ENTITLEMENT } from "../entitlement/entitlement.ts";
import type { Actor } from "./audit.ts";

const ACTOR: Actor = { kind: "cli", name: "test" };
const NOTHING = { made: [], changed: [], removed: [] };
const SECRET = "correct-horse-battery";
const clock = { nowMs: (): number => 1_800_000_000_000, monotonicMs: (): number => 0 };

let access: Access;

beforeEach(async () => {
  access = await createAccess({ path: ":memory:", clock, onError: () => {} });
});

afterEach(async () => {
  await access[Symbol.asyncDispose]();
});

const rule = (...selectors: string[]): Entitlement => ({ ...NO_ENTITLEMENT, selectors });

const client = (part: Partial<ClientDeclaration> = {}): ClientDeclaration => ({
  id: "acme-scraper",
  name: "Scraper",
  secret: SECRET,
  previousSecret: null,
  scopes: ["metrics.read"],
  expiresAtMs: null,
  ...part,
});

const acme = (part: Partial<TenantDeclaration> = {}): TenantDeclaration => ({
  name: "acme",
  entitlement: rule("up"),
  clients: [client()],
  ...part,
});

const declaring = (...tenants: TenantDeclaration[]): AccessDeclarations => ({
  tenants,
  operatorClients: [],
});

const kindOf = async (id: string, secret: string): Promise<string> => {
  const header = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  return (await access.authenticate([header], { address: "192.0.2.1" })).kind;
};

const refusal = async (promise: Promise<unknown>): Promise<AccessErrorCode> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AccessError) return error.code;
    throw error;
  }
  throw new Error("accepted");
};

describe("declaring", () => {
  test("makes tenants and clients, once", async () => {
    expect(await access.applyDeclarations(declaring(acme()))).toEqual({
      ...NOTHING,
      made: ["acme", "acme-scraper"],
    });
    expect(await kindOf("acme-scraper", SECRET)).toBe("authenticated");
    expect(await access.tenants.show("acme")).toMatchObject({
      origin: "config",
      entitlement: rule("up"),
      entitlementVersion: 1,
    });
    const entries = await access.auditEntries(10);
    expect(await access.applyDeclarations(declaring(acme()))).toEqual(NOTHING);
    expect(await access.auditEntries(10)).toEqual(entries);
  });

  test("changes what is declared otherwise, and keeps the tenant's id", async () => {
    await access.applyDeclarations(declaring(acme()));
    const before = await access.tenants.show("acme");
    const entitlement = rule("down");
    const clients = [client({ scopes: ["metrics.*"], name: "Other" })];
    const changed = declaring(acme({ entitlement, clients }));
    expect(await access.applyDeclarations(changed)).toEqual({
      ...NOTHING,
      changed: ["acme", "acme-scraper"],
    });
    expect(await access.applyDeclarations(changed)).toEqual(NOTHING);
    expect(await access.tenants.show("acme")).toMatchObject({ id: before.id, entitlement });
    expect(await access.clients.show("acme-scraper")).toMatchObject({
      name: "Other",
      scopes: ["metrics.*"],
    });
    expect(await kindOf("acme-scraper", SECRET)).toBe("authenticated");
  });

  test("rotates a secret, with the one before if it is given", async () => {
    await access.applyDeclarations(declaring(acme()));
    const secret = newClientSecret();
    const rotating = acme({ clients: [client({ secret, previousSecret: SECRET })] });
    expect((await access.applyDeclarations(declaring(rotating))).changed).toEqual(["acme-scraper"]);
    expect(await kindOf("acme-scraper", SECRET)).toBe("authenticated");
    expect(await kindOf("acme-scraper", secret)).toBe("authenticated");
    await access.applyDeclarations(declaring(acme({ clients: [client({ secret })] })));
    expect(await kindOf("acme-scraper", SECRET)).toBe("invalid");
    expect(await kindOf("acme-scraper", secret)).toBe("authenticated");
  });

  test("removes what is no longer declared, and a tenant's hand-made clients with it", async () => {
    await access.applyDeclarations(declaring(acme()));
    const scopes = ["metrics.read"];
    const made = await access.clients.create({ tenant: "acme", name: "x", scopes }, ACTOR);
    expect(await access.applyDeclarations(declaring(acme({ clients: [] })))).toEqual({
      ...NOTHING,
      removed: ["acme-scraper"],
    });
    expect(await kindOf("acme-scraper", SECRET)).toBe("invalid");
    expect(await kindOf(made.client.id, made.secret)).toBe("authenticated");
    expect((await access.applyDeclarations(declaring())).removed).toEqual(["acme"]);
    expect(await kindOf(made.client.id, made.secret)).toBe("invalid");
  });

  test("moves a client to another tenant, also when the first one goes", async () => {
    await access.applyDeclarations(declaring(acme()));
    const moved = declaring(acme({ name: "beta" }));
    expect(await access.applyDeclarations(moved)).toEqual({
      made: ["beta"],
      changed: ["acme-scraper"],
      removed: ["acme"],
    });
    expect((await access.clients.show("acme-scraper")).tenantName).toBe("beta");
    expect(await kindOf("acme-scraper", SECRET)).toBe("authenticated");
    expect(await access.applyDeclarations(moved)).toEqual(NOTHING);
  });

  test("brings back a client that had gone, and gives a tenant that had gone a new id", async () => {
    await access.applyDeclarations(declaring(acme()));
    const { id } = await access.tenants.show("acme");
    await access.applyDeclarations(declaring());
    await access.applyDeclarations(declaring(acme()));
    expect((await access.tenants.show("acme")).id).not.toBe(id);
    expect(await kindOf("acme-scraper", SECRET)).toBe("authenticated");
  });

  test("makes clients of the operator", async () => {
    const operatorClients = [client({ id: "ops", scopes: ["targets.read"] })];
    await access.applyDeclarations({ tenants: [], operatorClients });
    expect(await access.clients.show("ops")).toMatchObject({ owner: "operator", tenantId: null });
  });

  test("leaves alone what people made", async () => {
    await access.tenants.create({ name: "beta" }, ACTOR);
    await access.applyDeclarations(declaring(acme()));
    await access.applyDeclarations(declaring());
    expect((await access.tenants.list()).map((tenant) => tenant.name)).toEqual(["beta"]);
  });
});

test("people cannot change what is declared", async () => {
  await access.applyDeclarations(declaring(acme()));
  for (const change of [
    access.tenants.delete("acme", ACTOR),
    access.tenants.rename("acme", "x", ACTOR),
    access.tenants.entitle("acme", null, ACTOR),
    access.clients.revoke("acme-scraper", ACTOR),
    access.clients.rotate("acme-scraper", {}, ACTOR),
  ]) {
    expect(await refusal(change)).toBe("declared_in_config");
  }
});

describe("refused, with nothing changed, is", () => {
  const cases: readonly (readonly [AccessErrorCode, AccessDeclarations])[] = [
    ["declaration_conflict", declaring(acme({ clients: [] }), acme({ clients: [] }))],
    ["declaration_conflict", declaring(acme({ clients: [client(), client()] }))],
    ["declaration_conflict", declaring(acme({ name: "by-hand" }))],
    ["tenant_name_invalid", declaring(acme({ name: "A" }))],
    ["entitlement_invalid", declaring(acme({ entitlement: rule("{") }))],
    ["client_id_invalid", declaring(acme({ clients: [client({ id: "a:b" })] }))],
    ["client_name_invalid", declaring(acme({ clients: [client({ name: "" })] }))],
    ["scope_invalid", declaring(acme({ clients: [client({ scopes: ["targets.read"] })] }))],
    ["secret_weak", declaring(acme({ clients: [client({ secret: "short" })] }))],
    ["secret_weak", declaring(acme({ clients: [client({ secret: "abababababababababab" })] }))],
    ["secret_weak", declaring(acme({ clients: [client({ secret: "acme-scraper-1234" })] }))],
    ["secret_weak", declaring(acme({ clients: [client({ secret: ` ${SECRET}` })] }))],
    ["secret_weak", declaring(acme({ clients: [client({ secret: `${SECRET}\n` })] }))],
    [
      "secret_weak",
      declaring(acme({ clients: [client({ secret: `gw_${"abcdefgh".repeat(6)}` })] })),
    ],
    ["secret_weak", declaring(acme({ clients: [client({ previousSecret: "x" })] }))],
  ];
  test.each(cases)("%s", async (code, declarations) => {
    await access.tenants.create({ name: "by-hand" }, ACTOR);
    expect(await refusal(access.applyDeclarations(declarations))).toBe(code);
    expect((await access.tenants.list()).map((tenant) => tenant.name)).toEqual(["by-hand"]);
    expect(await access.clients.list({ includeRevoked: true })).toEqual([]);
  });

  test("an id that a client made by hand has", async () => {
    await access.tenants.create({ name: "beta" }, ACTOR);
    const scopes = ["metrics.read"];
    const { client: made } = await access.clients.create(
      { tenant: "beta", name: "x", scopes },
      ACTOR,
    );
    const declarations = declaring(acme({ clients: [client({ id: made.id })] }));
    expect(await refusal(access.applyDeclarations(declarations))).toBe("declaration_conflict");
  });

  test("a weak secret, and the message does not show it", async () => {
    const weak = client({ secret: "hunter2" });
    await expect(access.applyDeclarations(declaring(acme({ clients: [weak] })))).rejects.toThrow(
      /^(?!.*hunter2).*fewer than 16 characters/,
    );
  });
});

test("the checks of single values agree with what is refused as a whole", () => {
  const { selector, scope, clientId, clientSecret } = declarationChecks;
  expect([selector("up"), scope("tenant", "metrics.*"), clientId("a-1")]).toEqual([
    null,
    null,
    null,
  ]);
  expect(clientSecret(SECRET)).toBeNull();
  expect(selector("{")).toBe("1:2: parse error: unexpected end of input inside braces");
  expect(scope("tenant", "targets.read")).toContain("known are metrics.read");
  expect(clientId("a:b")).toContain("use 3 to 128");
  expect(clientSecret("short")).toBe("has fewer than 16 characters");
});
