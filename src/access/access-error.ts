import { OperatingError } from "#lib/operating-error";

/** The codes of this part, each with what it means; docs/access.md lists them. */
export const ACCESS_ERRORS = {
  entitlement_invalid: "An entitlement that cannot be read or contradicts itself.",
  tenant_name_invalid: "A tenant's name outside the allowed characters or length.",
  tenant_exists: "Another tenant has the name.",
  tenant_unknown: "No tenant has the name or id.",
  tenants_limit: "The installation has as many tenants as it may have.",
  client_name_invalid: "A client's name outside the allowed characters or length.",
  client_id_invalid: "A declared client id outside the allowed characters or length.",
  client_unknown: "No client has the id.",
  client_revoked: "The client has been revoked, which is final.",
  clients_limit: "The owner has as many clients as it may have.",
  scope_invalid: "A scope that is unknown or that the owner's clients cannot hold.",
  expiry_invalid: "A time of expiry that has passed.",
  overlap_invalid: "A rotation's overlap outside the allowed range.",
  secret_weak: "A declared secret that is too short or too plain.",
  declared_in_config: "A change of what gaugeway.yaml declares.",
  declaration_conflict: "gaugeway.yaml declares what was made by hand, or declares it twice.",
  sealing_key_invalid: "The file that seals signing keys does not hold a key.",
  token_scope_invalid: "A token was asked for with scopes that the client cannot be given.",
  token_target_invalid: "A token was asked for another resource than this installation.",
  token_foreign: "A client asked to revoke a token that was not issued to it.",
  key_set_unavailable: "An identity provider's key set cannot be had at present.",
  access_database_newer: "The access database was written by a newer version.",
  access_database_busy: "Another process holds the access database.",
  access_database_failed: "The access database cannot be read or written.",
  access_data_invalid: "The access database holds something that no version wrote.",
} as const;

export type AccessErrorCode = keyof typeof ACCESS_ERRORS;

/** What goes wrong with tenants, entitlements, clients and their database. */
export class AccessError extends OperatingError {
  declare readonly code: AccessErrorCode;

  constructor(code: AccessErrorCode, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? undefined : { cause });
  }
}
