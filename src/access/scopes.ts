/** Whose clients may hold a scope. */
export type OwnerKind = "tenant" | "operator";

/** What a client may do, one row a scope; the docs and the checks read this table. */
interface ScopeRow {
  readonly holders: readonly OwnerKind[];
  /** Older names that mean the same (specs of metrics access A.1: the right was renamed). */
  readonly aliases: readonly string[];
  readonly doc: string;
}

export const SCOPES = {
  "metrics.read": {
    holders: ["tenant"],
    aliases: ["metrics.prometheus.read"],
    doc: "Read the tenant's snapshot at /metrics/v1.",
  },
  "metrics.query": {
    holders: ["tenant"],
    aliases: [],
    doc: "Query the tenant's metrics with PromQL.",
  },
  "metrics.write": {
    holders: ["tenant", "operator"],
    aliases: [],
    doc: "Send samples to the store.",
  },
  "stats.read": {
    holders: ["operator"],
    aliases: [],
    doc: "Read the installation's own statistics.",
  },
  "targets.read": {
    holders: ["operator"],
    aliases: [],
    doc: "Read the scrape targets with their state at /api/v1/targets.",
  },
  "tokens.introspect": {
    holders: ["operator"],
    aliases: [],
    doc: "Ask what any client's access token is worth; its own are every client's to ask about.",
  },
  "tokens.revoke": {
    holders: ["operator"],
    aliases: [],
    doc: "End any client's access token; its own are every client's to end.",
  },
} as const satisfies Readonly<Record<string, ScopeRow>>;

/** A scope that a route can ask for. */
export type Scope = keyof typeof SCOPES;

/** A scope or a wildcard as a client holds it: `metrics.read`, `metrics.*`, `*`. */
export type GrantedScope = string;

const rows: readonly (readonly [Scope, ScopeRow])[] = Object.entries(SCOPES) as [Scope, ScopeRow][];

/** Whether a client of this owner that was granted `granted` may do `wanted`. */
export function grants(owner: OwnerKind, granted: Iterable<GrantedScope>, wanted: Scope): boolean {
  const row: ScopeRow = SCOPES[wanted];
  if (!row.holders.includes(owner)) return false;
  for (const scope of granted) if (covers(scope, wanted, row)) return true;
  return false;
}

/** The scopes that the owner's clients can hold, in the table's order. */
export function scopesFor(owner: OwnerKind): readonly Scope[] {
  return rows.filter(([, row]) => row.holders.includes(owner)).map(([scope]) => scope);
}

/** The scope under its present name, or null where it means nothing to clients of this owner. */
export function canonicalScope(owner: OwnerKind, text: string): GrantedScope | null {
  for (const [scope, row] of rows) {
    if (!row.holders.includes(owner)) continue;
    if (isWildcard(text) ? covers(text, scope, row) : namesOf(scope, row).includes(text)) {
      return isWildcard(text) ? text : scope;
    }
  }
  return null;
}

function covers(granted: GrantedScope, scope: Scope, row: ScopeRow): boolean {
  const names = namesOf(scope, row);
  if (!isWildcard(granted)) return names.includes(granted);
  const prefix = granted.slice(0, -1);
  return names.some((name) => name.startsWith(prefix));
}

function namesOf(scope: Scope, row: ScopeRow): readonly string[] {
  return [scope, ...row.aliases];
}

/** `*` alone or after a dot; `metrics.r*` is a typing error, not a wildcard. */
function isWildcard(text: string): boolean {
  return text === "*" || text.endsWith(".*");
}
