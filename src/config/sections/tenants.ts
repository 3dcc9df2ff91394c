import type { ClientDeclaration, TenantDeclaration } from "#access";
import { list, mapOf, section } from "../schema/collections.ts";
import { choice, duration, judged, moment, pattern, secret } from "../schema/scalars.ts";
import { defaulted, optional, present, required, type ValueOf } from "../schema/schema.ts";

const LABEL = { allowed: "a label name such as customer_id", form: /^[a-zA-Z_][a-zA-Z0-9_]*$/ };
const labelName = pattern(LABEL.allowed, LABEL.form);

const entitlementSchema = section(
  {
    selectors: required(
      list(
        judged("a PromQL selector", (checks, value) => checks.selector(value)),
        { min: 1, max: 1000, called: "selectors" },
      ),
      "PromQL selectors; the tenant sees every series that one of them matches.",
    ),
    drop_labels: present(
      list(labelName, { max: 100, called: "label names", uniqueBy: (name) => name }),
      "Labels that the tenant does not see.",
    ),
    rename_labels: present(
      mapOf(labelName, LABEL),
      "Labels that the tenant sees under another name: old name to new name.",
    ),
    max_age: optional(
      duration({ min: 1000 }),
      "How far back the tenant can see. Without it: as far as samples are kept.",
    ),
    on_collision: defaulted(
      choice("refuse", "sum", "max"),
      "refuse",
      "What to do where dropped or renamed labels make two series equal.",
    ),
  },
  {
    check(values, refuse) {
      for (const from of Object.keys(values.rename_labels)) {
        if (values.drop_labels.includes(from)) {
          refuse("rename_labels", `${from} is also in drop_labels; keep one of the two`);
        }
      }
    },
  },
);

/** The forms that `access` takes; kept equal by tenants.test.ts. */
export const TENANT_NAME = /^(?!gw[tc]_)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const CLIENT_NAME =
  /^(?=.{1,128}$)[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;

function clientSchema(owner: "tenant" | "operator") {
  return section({
    name: required(
      pattern("1 to 128 visible characters with single spaces between words", CLIENT_NAME),
      "What people call the client.",
    ),
    id: required(
      judged("a client id", (checks, value) => checks.clientId(value)),
      "The public half of the credential. Unique in the installation.",
    ),
    secret: required(
      secret((checks, value) => checks.clientSecret(value)),
      "The secret half. Better in a file (secret_file) or the environment than here.",
    ),
    previous_secret: optional(
      secret((checks, value) => checks.clientSecret(value)),
      "Also accepted, while a rotation is under way.",
    ),
    scopes: required(
      list(
        judged("a scope", (checks, value) => checks.scope(owner, value)),
        { min: 1, max: 100, called: "scopes" },
      ),
      "What the client may do, such as metrics.read.",
    ),
    expires: optional(moment(), "When the client stops working. Without it: never."),
  });
}

const tenantClientSchema = clientSchema("tenant");

export const tenantsSchema = list(
  section({
    name: required(
      pattern("1 to 63 of a-z, 0-9, - and _, with a letter or digit at both ends", TENANT_NAME),
      "The tenant. Unique; a new name is a new tenant.",
    ),
    entitlement: optional(entitlementSchema, "What the tenant may see. Without it: nothing."),
    clients: present(
      list(tenantClientSchema, { max: 10_000, called: "clients", uniqueBy: (client) => client.id }),
      "Machine credentials of the tenant.",
    ),
  }),
  { max: 100_000, called: "tenants", uniqueBy: (tenant) => tenant.name },
);

export const operatorSchema = section({
  clients: present(
    list(clientSchema("operator"), {
      max: 1000,
      called: "clients",
      uniqueBy: (client) => client.id,
    }),
    "Machine credentials of whoever runs the installation.",
  ),
});

export function toTenants(values: ValueOf<typeof tenantsSchema>): TenantDeclaration[] {
  return values.map(({ name, entitlement, clients }) => ({
    name,
    entitlement:
      entitlement === null
        ? null
        : {
            selectors: entitlement.selectors,
            dropLabels: entitlement.drop_labels,
            renameLabels: Object.entries(entitlement.rename_labels).map(([from, to]) => ({
              from,
              to,
            })),
            maxAgeMs: entitlement.max_age,
            onCollision: entitlement.on_collision,
          },
    clients: clients.map(toClient),
  }));
}

export function toClient(values: ValueOf<typeof tenantClientSchema>): ClientDeclaration {
  return {
    id: values.id,
    name: values.name,
    secret: values.secret.reveal(),
    previousSecret: values.previous_secret?.reveal() ?? null,
    scopes: values.scopes,
    expiresAtMs: values.expires,
  };
}
