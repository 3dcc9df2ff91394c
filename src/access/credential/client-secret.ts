import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { base32 } from "./base32.ts";

/**
 * `gw_`, 40 characters of randomness (200 bits), 7 of checksum. The prefix lets scanners of leaked
 * secrets recognize one; the checksum lets them, and us, tell one from what merely looks like it.
 */
const PREFIX = "gw_";
const RANDOM_BYTES = 25;
const RANDOM_CHARS = 40;
const SHAPE = /^gw_[a-z2-7]{47}$/;

export function newClientSecret(): string {
  const random = base32(randomBytes(RANDOM_BYTES));
  return PREFIX + random + checksum(random);
}

/** Whether the text claims to be a generated secret. */
export function claimsToBeClientSecret(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Whether the text is a generated secret, without typing errors. */
export function isClientSecret(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const random = text.slice(PREFIX.length, PREFIX.length + RANDOM_CHARS);
  return text.endsWith(checksum(random));
}

function checksum(random: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(PREFIX + random));
  return base32(bytes);
}
