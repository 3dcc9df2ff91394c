/**
 * What each principal has used, by day (UTC): requests, samples read, bytes sent, and its last scrape.
 * A tenant's usage is that of its principals together.
 */
import type { Clock } from "#lib/clock";
import type { AccessDatabase, Reader, Writer } from "../database/access-database.ts";
import { createPendingWrites } from "../database/pending-writes.ts";
import type { UsageTable } from "../database/schema.ts";
import type { Principal } from "../principal.ts";
import { RECORD_DELAY_MAX_MS, USAGE_AGE_MAX_MS } from "./limits.ts";

/** What one request came to. */
export interface RequestUsage {
  /** Turned away though it is known who asked: for its scope or its rate. */
  readonly refused: boolean;
  readonly samplesRead: number;
  readonly bodyBytes: number;
  /** Series of the snapshot, where it was a scrape that went well. */
  readonly scrapedSeries: number | null;
}

export interface UsageTotals {
  readonly requests: number;
  readonly refused: number;
  readonly samplesRead: number;
  readonly bodyBytes: number;
}

/** Of a client, or of a whole tenant. */
export interface UsageRecord {
  readonly today: UsageTotals;
  /** Today included. */
  readonly last30Days: UsageTotals;
  /** Null: not in these 30 days. */
  readonly lastUsedAtMs: number | null;
  readonly lastScrape: { readonly atMs: number; readonly series: number } | null;
}

export interface Usage extends AsyncDisposable {
  charge(principal: Principal, request: RequestUsage): void;
  ofPrincipal(principal: Principal): Promise<UsageRecord>;
  ofTenant(tenantId: string): Promise<UsageRecord>;
  flush(): Promise<void>;
}

interface DayUsage extends UsageTotals {
  readonly principalId: string;
  readonly tenantId: string;
  readonly day: number;
  readonly lastUsedAtMs: number;
  readonly scrapedAtMs: number | null;
  readonly scrapedSeries: number | null;
}

/** A principal within a tenant: one that moves to another leaves its past behind. */
interface Owner {
  /** Null: all of the tenant. */
  readonly principalId: string | null;
  /** "" for the operator's. */
  readonly tenantId: string;
}

function ownerOf({ clientId, tenantId }: Principal): { principalId: string; tenantId: string } {
  return { principalId: clientId, tenantId: tenantId ?? "" };
}

const DAY_MS = 24 * 3_600_000;
const DAYS_SHOWN = 30;

export function createUsage(
  database: AccessDatabase,
  clock: Clock,
  onError: (error: unknown) => void,
): Usage {
  const days = createPendingWrites<string, DayUsage>({
    database,
    delayMaxMs: RECORD_DELAY_MAX_MS,
    onError,
    merge: added,
    write: async (writer, entries) => {
      for (const usage of entries.values()) await addDay(writer, usage);
      const oldestDay = dayOf(clock.nowMs() - USAGE_AGE_MAX_MS);
      await writer.deleteFrom("usage").where("day", "<", oldestDay).execute();
    },
  });
  const recordOf = async (owner: Owner): Promise<UsageRecord> => {
    const today = dayOf(clock.nowMs());
    const fromDay = today - DAYS_SHOWN + 1;
    const written = await selectDays(database.reader, owner, fromDay);
    const waiting = days.entries().filter((usage) => isOf(usage, owner) && usage.day >= fromDay);
    return summedUp([...written, ...waiting], today);
  };

  return {
    charge: (principal, request) => {
      const nowMs = clock.nowMs();
      const day = dayOf(nowMs);
      const owner = ownerOf(principal);
      days.add(`${day} ${owner.tenantId} ${owner.principalId}`, {
        ...owner,
        day,
        requests: 1,
        refused: request.refused ? 1 : 0,
        samplesRead: request.samplesRead,
        bodyBytes: request.bodyBytes,
        lastUsedAtMs: nowMs,
        scrapedAtMs: request.scrapedSeries === null ? null : nowMs,
        scrapedSeries: request.scrapedSeries,
      });
    },
    ofPrincipal: (principal) => recordOf(ownerOf(principal)),
    ofTenant: (tenantId) => recordOf({ principalId: null, tenantId }),
    flush: () => days.flush(),
    [Symbol.asyncDispose]: () => days[Symbol.asyncDispose](),
  };
}

function isOf(usage: DayUsage, { principalId, tenantId }: Owner): boolean {
  const isPrincipals = principalId === null || usage.principalId === principalId;
  return isPrincipals && usage.tenantId === tenantId;
}

/** Days since 1970, UTC. */
function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

function added(before: DayUsage, after: DayUsage): DayUsage {
  return {
    ...after,
    requests: before.requests + after.requests,
    refused: before.refused + after.refused,
    samplesRead: before.samplesRead + after.samplesRead,
    bodyBytes: before.bodyBytes + after.bodyBytes,
    scrapedAtMs: after.scrapedAtMs ?? before.scrapedAtMs,
    scrapedSeries: after.scrapedSeries ?? before.scrapedSeries,
  };
}

async function addDay(writer: Writer, usage: DayUsage): Promise<void> {
  const { principalId, tenantId, day } = usage;
  const [before] = await selectDays(writer, { principalId, tenantId }, day, day);
  const sum = before === undefined ? usage : added(before, usage);
  await writer
    .deleteFrom("usage")
    .where("principal_id", "=", principalId)
    .where("tenant_id", "=", tenantId)
    .where("day", "=", day)
    .execute();
  await writer
    .insertInto("usage")
    .values({
      principal_id: sum.principalId,
      tenant_id: sum.tenantId,
      day: sum.day,
      requests: sum.requests,
      refused: sum.refused,
      samples_read: sum.samplesRead,
      body_bytes: sum.bodyBytes,
      last_used_at_ms: sum.lastUsedAtMs,
      scraped_at_ms: sum.scrapedAtMs,
      scraped_series: sum.scrapedSeries,
    })
    .execute();
}

async function selectDays(
  reader: Reader,
  { principalId, tenantId }: Owner,
  fromDay: number,
  untilDay = fromDay + DAYS_SHOWN,
): Promise<readonly DayUsage[]> {
  let query = reader.selectFrom("usage").selectAll().where("tenant_id", "=", tenantId);
  if (principalId !== null) query = query.where("principal_id", "=", principalId);
  const rows = await query.where("day", ">=", fromDay).where("day", "<=", untilDay).execute();
  return rows.map(usageOf);
}

function usageOf(row: UsageTable): DayUsage {
  return {
    principalId: row.principal_id,
    tenantId: row.tenant_id,
    day: row.day,
    requests: row.requests,
    refused: row.refused,
    samplesRead: row.samples_read,
    bodyBytes: row.body_bytes,
    lastUsedAtMs: row.last_used_at_ms,
    scrapedAtMs: row.scraped_at_ms,
    scrapedSeries: row.scraped_series,
  };
}

const NOTHING: UsageTotals = { requests: 0, refused: 0, samplesRead: 0, bodyBytes: 0 };

function summedUp(days: readonly DayUsage[], today: number): UsageRecord {
  const scrapes = days.flatMap(({ scrapedAtMs: atMs, scrapedSeries: series }) =>
    atMs === null || series === null ? [] : [{ atMs, series }],
  );
  return {
    today: total(days.filter(({ day }) => day === today)),
    last30Days: total(days),
    lastUsedAtMs: days.length === 0 ? null : Math.max(...days.map((day) => day.lastUsedAtMs)),
    lastScrape: scrapes.toSorted((a, b) => a.atMs - b.atMs).at(-1) ?? null,
  };
}

function total(days: readonly DayUsage[]): UsageTotals {
  return days.reduce<UsageTotals>(
    (sum, day) => ({
      requests: sum.requests + day.requests,
      refused: sum.refused + day.refused,
      samplesRead: sum.samplesRead + day.samplesRead,
      bodyBytes: sum.bodyBytes + day.bodyBytes,
    }),
    NOTHING,
  );
}
