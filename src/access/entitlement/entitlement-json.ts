import { AccessError } from "../access-error.ts";
import type { Entitlement, LabelRename } from "./entitlement.ts";
import { validateEntitlement } from "./validate-entitlement.ts";

/** How an entitlement is stored. */
export function entitlementToJson(entitlement: Entitlement): string {
  const { selectors, dropLabels, renameLabels, maxAgeMs, onCollision } = entitlement;
  return JSON.stringify({ selectors, dropLabels, renameLabels, maxAgeMs, onCollision });
}

/**
 * Reads what `entitlementToJson` wrote. A field that is missing or of another kind is an error and
 * never a default, because a default could be wider than what was meant. Throws
 * `access_data_invalid`.
 */
export function entitlementFromJson(json: string): Entitlement {
  try {
    const body = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const entitlement: Entitlement = {
      selectors: texts(body["selectors"]),
      dropLabels: texts(body["dropLabels"]),
      renameLabels: renames(body["renameLabels"]),
      maxAgeMs: body["maxAgeMs"] === null ? null : (body["maxAgeMs"] as number),
      onCollision: body["onCollision"] as Entitlement["onCollision"],
    };
    validateEntitlement(entitlement);
    return entitlement;
  } catch (error) {
    const message = "The access database holds an entitlement that cannot be read: set it anew.";
    throw new AccessError("access_data_invalid", message, error);
  }
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new TypeError("not a list of texts");
  }
  return value;
}

function renames(value: unknown): readonly LabelRename[] {
  if (!Array.isArray(value)) throw new TypeError("not a list of renames");
  return value.map((item: unknown) => {
    const { from, to } = item as Partial<Readonly<Record<string, unknown>>>;
    if (typeof from !== "string" || typeof to !== "string") throw new TypeError("not a rename");
    return { from, to };
  });
}
