/**
 * Every access refused. Refusals can come in any number from anybody, so they are counted by what
 * they have in common (who, whence, where, why) and hour, in a table of their own: nobody can push
 * administrative acts out of the audit log by knocking.
 */
import type { Clock } from "#lib/clock";
import { networkOf } from "../authentication/network-of.ts";
import { newRowId } from "../credential/ids.ts";
import type { AccessDatabase, Reader, Writer } from "../database/access-database.ts";
import { createPendingWrites } from "../database/pending-writes.ts";
import {
  CLAIMED_ID_CHARS_MAX,
  RECORD_DELAY_MAX_MS,
  REFUSAL_AGE_MAX_MS,
  REFUSAL_KINDS_PER_MINUTE_MAX,
  REFUSALS_MAX,
} from "./limits.ts";

/** What a refusal has in common with others. */
export interface RefusalKind {
  /** The code of the answer: `unauthorized`, `insufficient_scope`, `too_many_requests`, … */
  readonly reason: string;
  /** The route's path as it is declared, never what was typed. */
  readonly path: string;
  /** Who it was, or claimed to be; null where nobody was named. */
  readonly clientId: string | null;
  readonly tenantId: string | null;
  /** The peer's IP address. */
  readonly address: string;
}

export interface Refusal extends RefusalKind {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly count: number;
}

export interface Refusals extends AsyncDisposable {
  record(kind: RefusalKind): void;
  /** The newest first. */
  list(limit: number): Promise<readonly Refusal[]>;
  flush(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createRefusals(
  database: AccessDatabase,
  clock: Clock,
  onError: (error: unknown) => void,
): Refusals {
  let kinds = new Set<string>();
  const waiting = createPendingWrites<string, Refusal>({
    database,
    delayMaxMs: RECORD_DELAY_MAX_MS,
    onError,
    merge: (before, after) => ({
      ...after,
      firstAtMs: before.firstAtMs,
      count: before.count + after.count,
    }),
    write: async (writer, entries) => {
      kinds = new Set();
      for (const refusal of entries.values()) await addRefusal(writer, refusal);
      await forget(writer, clock.nowMs());
    },
  });
  const record = (kind: RefusalKind): void => {
    const atMs = clock.nowMs();
    const shown = { ...kind, clientId: shownId(kind.clientId), address: networkOf(kind.address) };
    const key = keyOf(shown, atMs);
    if (!kinds.has(key) && kinds.size >= REFUSAL_KINDS_PER_MINUTE_MAX) {
      const rest = { ...shown, clientId: null, tenantId: null, address: "" };
      waiting.add(keyOf(rest, atMs), { ...rest, firstAtMs: atMs, lastAtMs: atMs, count: 1 });
      return;
    }
    kinds.add(key);
    waiting.add(key, { ...shown, firstAtMs: atMs, lastAtMs: atMs, count: 1 });
  };
  return {
    record,
    flush: () => waiting.flush(),
    list: async (limit) => {
      await waiting.flush();
      return selectRefusals(database.reader, limit);
    },
    [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
  };
}

/** Whatever strangers send: cut, and without what could play tricks on whoever reads it. */
function shownId(id: string | null): string | null {
  return id === null ? null : id.slice(0, CLAIMED_ID_CHARS_MAX).replaceAll(/[^\x21-\x7e]/g, "?");
}

function keyOf(kind: RefusalKind, atMs: number): string {
  const hour = Math.floor(atMs / HOUR_MS);
  return JSON.stringify([hour, kind.reason, kind.path, kind.clientId, kind.tenantId, kind.address]);
}

/** Another minute of the same hour adds to its row. */
async function addRefusal(writer: Writer, refusal: Refusal): Promise<void> {
  const hourMs = Math.floor(refusal.firstAtMs / HOUR_MS) * HOUR_MS;
  const { clientId, tenantId } = refusal;
  const row = await writer
    .selectFrom("refusal")
    .select(["id", "count"])
    .where("first_at_ms", ">=", hourMs)
    .where("first_at_ms", "<", hourMs + HOUR_MS)
    .where("reason", "=", refusal.reason)
    .where("path", "=", refusal.path)
    .where("client_id", clientId === null ? "is" : "=", clientId)
    .where("tenant_id", tenantId === null ? "is" : "=", tenantId)
    .where("address", "=", refusal.address)
    .executeTakeFirst();
  if (row === undefined) {
    const { reason, path, address, count } = refusal;
    const times = { first_at_ms: refusal.firstAtMs, last_at_ms: refusal.lastAtMs };
    const who = { client_id: clientId, tenant_id: tenantId, address };
    await writer
      .insertInto("refusal")
      .values({ id: newRowId(), ...times, reason, path, ...who, count })
      .execute();
    return;
  }
  await writer
    .updateTable("refusal")
    .set({ last_at_ms: refusal.lastAtMs, count: row.count + refusal.count })
    .where("id", "=", row.id)
    .execute();
}

async function forget(writer: Writer, nowMs: number): Promise<void> {
  await writer
    .deleteFrom("refusal")
    .where("last_at_ms", "<", nowMs - REFUSAL_AGE_MAX_MS)
    .execute();
  const oldestKept = await writer
    .selectFrom("refusal")
    .select("first_at_ms")
    .orderBy("first_at_ms", "desc")
    .offset(REFUSALS_MAX - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldestKept === undefined) return;
  await writer.deleteFrom("refusal").where("first_at_ms", "<", oldestKept.first_at_ms).execute();
}

async function selectRefusals(reader: Reader, limit: number): Promise<readonly Refusal[]> {
  const rows = await reader
    .selectFrom("refusal")
    .selectAll()
    .orderBy("last_at_ms", "desc")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    reason: row.reason,
    path: row.path,
    clientId: row.client_id,
    tenantId: row.tenant_id,
    address: row.address,
    firstAtMs: row.first_at_ms,
    lastAtMs: row.last_at_ms,
    count: row.count,
  }));
}
