import { createHash } from "node:crypto";
import { compareUtf8, type Matcher } from "#model";
import { printSelector } from "#promql";
import type { Entitlement } from "./entitlement.ts";
import { validateEntitlement } from "./validate-entitlement.ts";

/** Part of every key: a change of the meaning of entitlements must change all keys. */
const KEY_VERSION = "e1";

/**
 * Names what the entitlement means, for caches: equal rules in another order have the same key.
 * Each field goes into the hash with its length before it, so that no two different rules can run
 * together into one (a `,` or `|` in a name could do that to joined text).
 * Throws `entitlement_invalid`.
 */
export function entitlementKey(entitlement: Entitlement): string {
  const selectors = validateEntitlement(entitlement).map((selector) =>
    canonical(selector.matchers),
  );
  const hash = createHash("sha256");
  const put = (field: string): void => {
    hash.update(`${Buffer.byteLength(field)}:`);
    hash.update(field);
  };
  const putList = (fields: readonly string[]): void => {
    put(String(fields.length));
    for (const field of fields) put(field);
  };
  put(KEY_VERSION);
  putList(sortedUnique(selectors));
  putList(sortedUnique(entitlement.dropLabels));
  const renames = entitlement.renameLabels.toSorted((a, b) => compareUtf8(a.from, b.from));
  putList(renames.flatMap(({ from, to }) => [from, to]));
  put(entitlement.maxAgeMs === null ? "none" : String(entitlement.maxAgeMs));
  put(entitlement.onCollision);
  return `${KEY_VERSION}-${hash.digest("base64url")}`;
}

/** The same conditions always in the same order. */
function canonical(matchers: readonly Matcher[]): string {
  return printSelector(matchers.toSorted((a, b) => compareUtf8(orderOf(a), orderOf(b))));
}

function orderOf(matcher: Matcher): string {
  return printSelector([matcher]);
}

function sortedUnique(texts: readonly string[]): readonly string[] {
  return Array.from(new Set(texts)).toSorted(compareUtf8);
}
