import { hash as digestOf, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * How secrets are kept: SHA-256 over 16 bytes of salt and the secret. Generated secrets have 200 bits, so
 * nothing is gained by a slow hash; docs/decisions has the reasoning and the floor for declared ones.
 */
export interface SecretHash {
  readonly salt: string;
  readonly hash: string;
}

const SALT_BYTES = 16;

export function hashSecret(secret: string): SecretHash {
  const salt = randomBytes(SALT_BYTES).toString("base64url");
  return { salt, hash: digest(salt, secret).toString("base64url") };
}

/** Takes the same time whatever the secret shares with the right one. */
export function secretMatches(stored: SecretHash, secret: string): boolean {
  const expected = Buffer.from(stored.hash, "base64url");
  const actual = digest(stored.salt, secret);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function digest(salt: string, secret: string): Buffer {
  const salted = Buffer.concat([Buffer.from(salt, "base64url"), Buffer.from(secret)]);
  return digestOf("sha256", salted, "buffer");
}
