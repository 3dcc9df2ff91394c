import { AUTHORIZATION_CHARS_MAX } from "./limits.ts";

/**
 * What an Authorization header carries (RFC 9110 §11.6.2). Read strictly: where two readers could
 * disagree about who is meant, nobody is.
 */
export type Credential =
  | { readonly kind: "none" }
  /** HTTP Basic (RFC 7617): the first colon ends the id, nothing is percent-decoded. */
  | { readonly kind: "basic"; readonly id: string; readonly secret: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "malformed" };

const MALFORMED: Credential = { kind: "malformed" };

/** Scheme names are case-insensitive; the credential is RFC 9110's token68. */
const SCHEME = /^([A-Za-z]+) +([A-Za-z0-9._~+/-]+=*) *$/;

/** Standard alphabet, padding whole or left away. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * `values`: every Authorization header of the request. Node's parsed headers drop the second of two in
 * silence, so they must come from the raw ones.
 */
export function readAuthorization(values: readonly string[]): Credential {
  const [value] = values;
  if (value === undefined) return { kind: "none" };
  if (values.length > 1 || value.length > AUTHORIZATION_CHARS_MAX) return MALFORMED;
  const [, scheme = "", token = ""] = SCHEME.exec(value) ?? [];
  switch (scheme.toLowerCase()) {
    case "basic":
      return readBasic(token);
    case "bearer":
      return { kind: "bearer", token };
    default:
      return MALFORMED;
  }
}

function readBasic(token: string): Credential {
  const bytes = BASE64.test(token) ? Buffer.from(token, "base64") : null;
  // Leftover bits would let one credential be written in several ways.
  if (bytes?.toString("base64").replace(/=+$/, "") !== token.replace(/=+$/, "")) return MALFORMED;
  const text = utf8(bytes);
  if (text === null || /\p{Cc}/u.test(text)) return MALFORMED;
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) return MALFORMED;
  return { kind: "basic", id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
