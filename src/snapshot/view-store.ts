import { type CompiledEntitlement, compileEntitlement, type Entitlement } from "#access";
import type { EscapingScheme } from "#exposition";
import type { LatestSeries } from "#model";
import type { SnapshotLimits } from "./limits.ts";
import { PrefixArena } from "./prefix-arena.ts";
import { SeriesLog } from "./series-log.ts";
import { TenantView } from "./tenant-view.ts";

/** Entitlements that rewrite labels alike share an arena, and so their prefixes. */
interface SharedArena {
  arena: PrefixArena;
  readonly users: Set<TenantView>;
}

/** The series lists of all entitlements in use, and the arenas below them. */
export class ViewStore {
  readonly #latest: LatestSeries;
  readonly #limits: SnapshotLimits;
  readonly #log: SeriesLog;
  /** The longest unused first. */
  readonly #views = new Map<string, TenantView>();
  readonly #arenas = new Map<string, SharedArena>();
  /** By text, because an entitlement comes from another thread as a new object each time. */
  readonly #compiled = new Map<string, CompiledEntitlement>();

  constructor(latest: LatestSeries, limits: SnapshotLimits) {
    this.#latest = latest;
    this.#limits = limits;
    this.#log = new SeriesLog(latest);
  }

  get viewCount(): number {
    return this.#views.size;
  }

  /** Bytes of all prefixes. */
  get prefixBytes(): number {
    let bytes = 0;
    for (const { arena } of this.#arenas.values()) bytes += arena.usedBytes;
    return bytes;
  }

  /** The list, up to date as of the moment when the promise resolves. */
  async current(
    entitlement: Entitlement,
    escaping: EscapingScheme,
    nowMs: number,
  ): Promise<TenantView> {
    const plain = await this.#updated(entitlement, "underscores", nowMs);
    // Without names that need it, escaping changes nothing: all share one list and one body.
    if (escaping === "underscores" || !plain.hasUtf8Names) return plain;
    return this.#updated(entitlement, escaping, nowMs);
  }

  /** Forgets lists that nobody has asked for, and what all others have read of the log. */
  sweep(nowMs: number): void {
    const { viewsMax, viewIdleMs, changesBehindMax } = this.#limits;
    for (const [key, view] of this.#views) {
      const isIdle = nowMs - view.lastUsedMs > viewIdleMs;
      const isBehind = this.#log.end - (view.cursor ?? this.#log.end) > changesBehindMax;
      if (isIdle || isBehind || this.#views.size > viewsMax) this.#forget(key, view);
    }
    const cursors = Array.from(this.#views.values(), (view) => view.cursor ?? this.#log.end);
    this.#log.trim(Math.min(this.#log.end, ...cursors));
  }

  close(): void {
    this.#log.close();
    this.#views.clear();
    this.#arenas.clear();
  }

  async #updated(
    entitlement: Entitlement,
    escaping: EscapingScheme,
    nowMs: number,
  ): Promise<TenantView> {
    const compiled = this.#compile(entitlement);
    const key = `${escaping} ${compiled.key}`;
    const policy = policyKey(entitlement, compiled, escaping);
    const shared = this.#arenaOf(policy);
    const view = this.#views.get(key) ?? this.#newView(compiled, escaping, shared);
    // Last in the map: the most recently used.
    this.#views.delete(key);
    this.#views.set(key, view);
    view.lastUsedMs = nowMs;
    if (shared.arena.wasteIsLarge) shared.arena = new PrefixArena();
    try {
      // An update that was already under way may have begun before the newest changes.
      do await view.update(shared.arena);
      while (!view.isCurrent);
    } catch (error) {
      this.#forget(key, view);
      throw error;
    }
    return view;
  }

  #compile(entitlement: Entitlement): CompiledEntitlement {
    const text = JSON.stringify(entitlement);
    const known = this.#compiled.get(text);
    if (known !== undefined) return known;
    const compiled = compileEntitlement(entitlement);
    if (this.#compiled.size >= this.#limits.viewsMax) this.#compiled.clear();
    this.#compiled.set(text, compiled);
    return compiled;
  }

  #newView(
    compiled: CompiledEntitlement,
    escaping: EscapingScheme,
    shared: SharedArena,
  ): TenantView {
    const { sliceMs } = this.#limits;
    const store = { latest: this.#latest, log: this.#log, sliceMs };
    const view = new TenantView(compiled, escaping, store, shared.arena);
    shared.users.add(view);
    return view;
  }

  #arenaOf(policy: string): SharedArena {
    const known = this.#arenas.get(policy);
    if (known !== undefined) return known;
    const shared = { arena: new PrefixArena(), users: new Set<TenantView>() };
    this.#arenas.set(policy, shared);
    return shared;
  }

  #forget(key: string, view: TenantView): void {
    if (this.#views.get(key) === view) this.#views.delete(key);
    for (const [policy, shared] of this.#arenas) {
      if (!shared.users.delete(view)) continue;
      if (shared.users.size === 0) this.#arenas.delete(policy);
      else if (isMostlyUnused(shared)) shared.arena = new PrefixArena();
    }
  }
}

/** Whether the prefixes that only the forgotten list used may be the larger part. */
function isMostlyUnused({ arena, users }: SharedArena): boolean {
  let listed = 0;
  for (const view of users) listed += view.seriesCount;
  return arena.liveCount > 2 * listed;
}

/** Equal for entitlements under which every series has the same line. */
function policyKey(
  entitlement: Entitlement,
  compiled: CompiledEntitlement,
  escaping: EscapingScheme,
): string {
  if (!compiled.rewritesLabels) return JSON.stringify([escaping]);
  const renames = entitlement.renameLabels.map(({ from, to }) => JSON.stringify([from, to]));
  return JSON.stringify([escaping, entitlement.dropLabels.toSorted(), renames.toSorted()]);
}
