import type { Clock } from "#lib/clock";
import { newRowId } from "../credential/ids.ts";
import type { Reader, Writer } from "../database/access-database.ts";
import { AUDIT_AGE_MAX_MS, AUDIT_ENTRIES_MAX } from "./limits.ts";

/** Who changed something. */
export interface Actor {
  readonly kind: "cli" | "client" | "config" | "user" | "system";
  /** The account's name; of the machine for the CLI; the id of a client. */
  readonly name: string;
}

export type AuditAction =
  | "tenant.create"
  | "tenant.rename"
  | "tenant.entitle"
  | "tenant.delete"
  | "client.create"
  | "client.change"
  | "client.rotate"
  | "client.revoke"
  | "client.revoke_tokens"
  | "token.revoke"
  | "signing_key.create"
  | "signing_key.forget";

/** One administrative act. */
export interface AuditEntry {
  readonly atMs: number;
  readonly actor: Actor;
  readonly action: AuditAction;
  /** Of the tenant or client. */
  readonly subjectId: string;
  readonly subjectName: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** How much of the past is kept. */
export interface AuditRetention {
  readonly ageMaxMs: number;
  readonly entriesMax: number;
}

export const AUDIT_RETENTION: AuditRetention = {
  ageMaxMs: AUDIT_AGE_MAX_MS,
  entriesMax: AUDIT_ENTRIES_MAX,
};

type AuditRecord = Omit<AuditEntry, "atMs">;

/** Writes entries within the transaction of the act itself: neither is there without the other. */
export interface AuditLog {
  append(writer: Writer, record: AuditRecord): Promise<void>;
  /** The newest first. */
  list(reader: Reader, limit: number): Promise<readonly AuditEntry[]>;
}

export function createAuditLog(clock: Clock, retention: AuditRetention): AuditLog {
  let sequence = 0;
  return {
    append: async (writer, record) => {
      const atMs = clock.nowMs();
      sequence += 1;
      const id = `${padded(atMs)}-${padded(sequence)}-${newRowId()}`;
      await writer
        .insertInto("audit")
        .values({
          id,
          at_ms: atMs,
          actor_kind: record.actor.kind,
          actor_name: record.actor.name,
          action: record.action,
          subject_id: record.subjectId,
          subject_name: record.subjectName,
          details: JSON.stringify(record.details),
        })
        .execute();
      await forget(writer, atMs - retention.ageMaxMs, retention.entriesMax);
    },
    list: async (reader, limit) => {
      const rows = await reader
        .selectFrom("audit")
        .selectAll()
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        atMs: row.at_ms,
        actor: { kind: row.actor_kind as Actor["kind"], name: row.actor_name },
        action: row.action as AuditAction,
        subjectId: row.subject_id,
        subjectName: row.subject_name,
        details: JSON.parse(row.details) as Readonly<Record<string, unknown>>,
      }));
    },
  };
}

async function forget(writer: Writer, beforeMs: number, entriesMax: number): Promise<void> {
  await writer.deleteFrom("audit").where("at_ms", "<", beforeMs).execute();
  const oldestKept = await writer
    .selectFrom("audit")
    .select("id")
    .orderBy("id", "desc")
    .offset(entriesMax - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldestKept === undefined) return;
  await writer.deleteFrom("audit").where("id", "<", oldestKept.id).execute();
}

/** So that text order is number order. */
function padded(number: number): string {
  return String(number).padStart(15, "0");
}
