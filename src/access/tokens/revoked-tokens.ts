import type { Reader, Writer } from "../database/access-database.ts";
import type { AccessTokenClaims } from "./access-token.ts";

/** Whether this one token was revoked; what ends its client ends it too and is not asked here. */
export async function isRevoked(reader: Reader, tokenId: string): Promise<boolean> {
  const row = await reader
    .selectFrom("revoked_token")
    .select("id")
    .where("id", "=", tokenId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Remembers it for as long as it would live; doing so twice is doing so once. */
export async function revokeToken(
  writer: Writer,
  token: AccessTokenClaims,
  nowMs: number,
): Promise<void> {
  await writer.deleteFrom("revoked_token").where("expires_at_ms", "<", nowMs).execute();
  await writer
    .insertInto("revoked_token")
    .values({
      id: token.id,
      client_id: token.clientId,
      revoked_at_ms: nowMs,
      expires_at_ms: token.expiresAtSeconds * 1000,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}
