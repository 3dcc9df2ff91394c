import type { ClientId } from "#model";
import type { AccessDatabase } from "../database/access-database.ts";
import { createPendingWrites, type PendingWrites } from "../database/pending-writes.ts";
import { LAST_USED_DELAY_MAX_MS } from "./limits.ts";

/** When each client was last used, in milliseconds since 1970; written once a minute. */
export type LastUsed = PendingWrites<ClientId, number>;

export function createLastUsed(
  database: AccessDatabase,
  onError: (error: unknown) => void,
): LastUsed {
  return createPendingWrites({
    database,
    delayMaxMs: LAST_USED_DELAY_MAX_MS,
    onError,
    merge: Math.max,
    write: async (writer, entries) => {
      for (const [id, usedAtMs] of entries) {
        await writer
          .updateTable("client")
          .set({ last_used_at_ms: usedAtMs })
          .where("id", "=", id)
          .execute();
      }
    },
  });
}
