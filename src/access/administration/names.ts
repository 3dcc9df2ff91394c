import { AccessError } from "../access-error.ts";
import { looksLikeId } from "../credential/ids.ts";
import { CLIENT_NAME_CHARS_MAX } from "./limits.ts";

/**
 * Tenants' names go into URLs, file names and messages, and people tell tenants apart by them: one
 * script, one case, nothing that another system gives a meaning to.
 */
const TENANT_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;

/** Letters, marks, digits, punctuation, symbols and single spaces: nothing unseen or reordering. */
const CLIENT_NAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;

/** Declared ids stand before the colon of HTTP Basic and in URLs: RFC 3986 unreserved. */
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{2,127}$/;

const SHOWN_CHARS_MAX = 80;

/** Throws `tenant_name_invalid`. */
export function checkTenantName(name: string): void {
  if (TENANT_NAME.test(name) && !looksLikeId(name)) return;
  throw new AccessError(
    "tenant_name_invalid",
    `${quoted(name)} cannot name a tenant: use 1 to 63 of a-z, 0-9, - and _, ` +
      "with a letter or digit at both ends.",
  );
}

/** Throws `client_name_invalid`. */
export function checkClientName(name: string): void {
  const chars = Array.from(name).length;
  if (CLIENT_NAME.test(name) && chars <= CLIENT_NAME_CHARS_MAX && name === name.normalize("NFC")) {
    return;
  }
  throw new AccessError(
    "client_name_invalid",
    `${quoted(name)} cannot name a client: use 1 to ${CLIENT_NAME_CHARS_MAX} visible characters ` +
      "with single spaces between words.",
  );
}

/** Throws `client_id_invalid`. */
export function checkDeclaredClientId(id: string): void {
  const reason = clientIdUnfitness(id);
  if (reason === null) return;
  throw new AccessError("client_id_invalid", `${quoted(id)} cannot be a client's id: ${reason}.`);
}

/** What a declared id must be, where the text is not that; else null. */
export function clientIdUnfitness(id: string): string | null {
  return CLIENT_ID.test(id)
    ? null
    : "use 3 to 128 of a-z, A-Z, 0-9, - . _ ~, with a letter or digit first";
}

/** For messages: what was typed, cut to a line, controls escaped. */
export function quoted(text: string): string {
  const cut = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}
