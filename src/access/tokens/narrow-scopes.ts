import { AccessError } from "../access-error.ts";
import { quoted } from "../administration/names.ts";
import type { ClientPrincipal } from "../principal.ts";
import { canonicalScope, type GrantedScope, grants, type Scope, scopesFor } from "../scopes.ts";

/** Scopes as a client's wildcards spell them out, in the table's order. */
export function spelledOut(principal: ClientPrincipal): readonly Scope[] {
  const { owner, scopes } = principal;
  return scopesFor(owner).filter((scope) => grants(owner, scopes, scope));
}

/**
 * What a token is issued for. Without a wish: all that the client may do. Of a wish, what was granted;
 * a token may be narrower than what was asked (RFC 6749 §3.3), but not empty, and a scope
 * that does not exist is a mistake that the client should hear of. Throws `token_scope_invalid`.
 */
export function narrowScopes(
  principal: ClientPrincipal,
  wished: readonly string[],
): readonly Scope[] {
  const granted = spelledOut(principal);
  if (wished.length === 0) return granted;
  const known = new Set(wished.map((text) => knownScope(principal, text)));
  const narrowed = granted.filter((scope) => known.has(scope));
  if (narrowed.length > 0) return narrowed;
  throw refusal(principal, `is not granted ${[...known].join(" ")}`);
}

function knownScope(principal: ClientPrincipal, text: string): GrantedScope {
  // A wildcard is a way of granting; a token names what it is for.
  const name = text.includes("*") ? null : canonicalScope(principal.owner, text);
  if (name !== null) return name;
  throw refusal(principal, `cannot be given ${quoted(text)}, which is not one of its scopes`);
}

/** Says what would be right: clients show this text to whoever configured them. */
function refusal(principal: ClientPrincipal, reason: string): AccessError {
  const may = spelledOut(principal).join(" ");
  const text = `The client ${principal.clientId} ${reason}; it may ask for: ${may}.`;
  return new AccessError("token_scope_invalid", text);
}
