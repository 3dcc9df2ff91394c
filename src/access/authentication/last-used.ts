import type { ClientId } from "#model";
import type { AccessDatabase } from "../database/access-database.ts";
import { LAST_USED_DELAY_MAX_MS } from "./limits.ts";

/**
 * When each client was last used. Kept in memory and written together once a minute, so that
 * scrapes do not write; a process that is killed loses at most the last minute.
 */
export interface LastUsed extends AsyncDisposable {
  touch(clientId: ClientId, nowMs: number): void;
  /** Writes what has changed since the last time. */
  flush(): Promise<void>;
}

/** `onError` hears of writes that failed; they are tried again with the next. */
export function createLastUsed(
  database: AccessDatabase,
  onError: (error: unknown) => void,
): LastUsed {
  let pending = new Map<ClientId, number>();

  const flush = async (): Promise<void> => {
    if (pending.size === 0) return;
    const writing = pending;
    pending = new Map();
    try {
      await database.changeQuietly(async (writer) => {
        for (const [id, usedAtMs] of writing) {
          await writer
            .updateTable("client")
            .set({ last_used_at_ms: usedAtMs })
            .where("id", "=", id)
            .execute();
        }
      });
    } catch (error) {
      for (const [id, usedAtMs] of writing) if (!pending.has(id)) pending.set(id, usedAtMs);
      throw error;
    }
  };
  const timer = setInterval(() => void flush().catch(onError), LAST_USED_DELAY_MAX_MS);
  timer.unref();

  return {
    touch: (clientId, nowMs) => {
      pending.set(clientId, nowMs);
    },
    flush,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}
