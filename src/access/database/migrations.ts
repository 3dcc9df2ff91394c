import { type Kysely, sql } from "kysely";
import type { AccessSchema } from "./schema.ts";

/** One step forward; there are none back. Steps that were released never change. */
type Migration = (database: Kysely<AccessSchema>) => Promise<void>;

/** The step at index n brings the schema to version n + 1. */
export const MIGRATIONS: readonly Migration[] = [
  makeFirstTables,
  makeTokenTables,
  makeRecordTables,
];

async function makeFirstTables(database: Kysely<AccessSchema>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("tenant")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("deleted_at_ms", "bigint")
    .execute();
  await schema
    .createIndex("tenant_name_unique")
    .unique()
    .on("tenant")
    .column("name")
    .where(sql.ref("deleted_at_ms"), "is", null)
    .execute();
  await schema
    .createTable("entitlement")
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("entitlement_key", ["tenant_id", "version"])
    .execute();
  await schema
    .createTable("client")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("tenant_id", "text", (column) => column.references("tenant.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint")
    .addColumn("last_used_at_ms", "bigint")
    .addColumn("revoked_at_ms", "bigint")
    .execute();
  await schema.createIndex("client_tenant").on("client").column("tenant_id").execute();
  await schema
    .createTable("client_secret")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("client_id", "text", (column) => column.notNull().references("client.id"))
    .addColumn("salt", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint")
    .execute();
  await schema
    .createIndex("client_secret_client")
    .on("client_secret")
    .column("client_id")
    .execute();
  await schema
    .createTable("audit")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("actor_kind", "text", (column) => column.notNull())
    .addColumn("actor_name", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("subject_id", "text", (column) => column.notNull())
    .addColumn("subject_name", "text", (column) => column.notNull())
    .addColumn("details", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("audit_time").on("audit").column("at_ms").execute();
}

async function makeTokenTables(database: Kysely<AccessSchema>): Promise<void> {
  const { schema } = database;
  await schema
    .alterTable("client")
    .addColumn("token_family", "text", (column) => column.notNull().defaultTo(""))
    .execute();
  await schema
    .createTable("signing_key")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("issuer", "text", (column) => column.notNull())
    .addColumn("public_jwk", "text", (column) => column.notNull())
    .addColumn("sealed_private_key", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("active_from_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("revoked_token")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("client_id", "text", (column) => column.notNull().references("client.id"))
    .addColumn("revoked_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createIndex("revoked_token_end")
    .on("revoked_token")
    .column("expires_at_ms")
    .execute();
}

async function makeRecordTables(database: Kysely<AccessSchema>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("usage")
    .addColumn("principal_id", "text", (column) => column.notNull())
    .addColumn("tenant_id", "text", (column) => column.notNull())
    .addColumn("day", "integer", (column) => column.notNull())
    .addColumn("requests", "bigint", (column) => column.notNull())
    .addColumn("refused", "bigint", (column) => column.notNull())
    .addColumn("samples_read", "bigint", (column) => column.notNull())
    .addColumn("body_bytes", "bigint", (column) => column.notNull())
    .addColumn("last_used_at_ms", "bigint", (column) => column.notNull())
    .addColumn("scraped_at_ms", "bigint")
    .addColumn("scraped_series", "bigint")
    .addPrimaryKeyConstraint("usage_key", ["principal_id", "tenant_id", "day"])
    .execute();
  await schema.createIndex("usage_tenant").on("usage").columns(["tenant_id", "day"]).execute();
  await schema
    .createTable("refusal")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("first_at_ms", "bigint", (column) => column.notNull())
    .addColumn("last_at_ms", "bigint", (column) => column.notNull())
    .addColumn("count", "bigint", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("client_id", "text")
    .addColumn("tenant_id", "text")
    .addColumn("address", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("refusal_first").on("refusal").column("first_at_ms").execute();
  await schema.createIndex("refusal_last").on("refusal").column("last_at_ms").execute();
}
