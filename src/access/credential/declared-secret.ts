import { AccessError } from "../access-error.ts";
import { claimsToBeClientSecret, isClientSecret } from "./client-secret.ts";

/** The shortest secret that gaugeway.yaml may declare, in characters. */
const CHARS_MIN = 16;

/** The longest, in UTF-8 bytes: what fits into an Authorization header with its id. */
const BYTES_MAX = 512;

/** Fewest different characters: `aaaaaaaaaaaaaaaa` has length and no entropy. */
const DISTINCT_MIN = 8;

/** Throws `secret_weak`; the message never shows the secret. */
export function checkDeclaredSecret(clientId: string, secret: string): void {
  const reason = secret.includes(clientId) ? "contains the client's id" : secretWeakness(secret);
  if (reason === null) return;
  throw new AccessError(
    "secret_weak",
    `The secret of client ${JSON.stringify(clientId)} ${reason}: use one that ` +
      "`gaugeway client create` made, or `openssl rand -hex 20`.",
  );
}

/** Why a secret is not good enough, without quoting it, or null. */
export function secretWeakness(secret: string): string | null {
  const chars = Array.from(secret);
  if (chars.length < CHARS_MIN) return `has fewer than ${CHARS_MIN} characters`;
  if (Buffer.byteLength(secret) > BYTES_MAX) return `has more than ${BYTES_MAX} bytes`;
  if (!secret.isWellFormed() || /\p{Cc}/u.test(secret)) return "contains control characters";
  if (secret.trim() !== secret) return "begins or ends with a space";
  if (new Set(chars).size < DISTINCT_MIN) {
    return `has fewer than ${DISTINCT_MIN} different characters`;
  }
  if (claimsToBeClientSecret(secret) && !isClientSecret(secret)) {
    return "begins with gw_ and fails its checksum, so it was mistyped or cut";
  }
  return null;
}
