/** RFC 4648 letters in lower case: safe in URLs, shells, YAML and file names, all on one key row. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const BITS_PER_CHAR = 5;

/** Without padding; `ceil(bytes × 8 / 5)` characters. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= BITS_PER_CHAR) {
      bits -= BITS_PER_CHAR;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET[(buffer << (BITS_PER_CHAR - bits)) & 31];
}
