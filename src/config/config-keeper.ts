/**
 * Holds the configuration that is in force and replaces it while the process runs. A new one that
 * is refused changes nothing. Keys that cannot change in a running process stay as they were
 * started with, and are reported until the process is restarted or they are changed back.
 */
import { type ConfigChange, describeChanges } from "./describe-changes.ts";
import type { Finding } from "./finding.ts";
import type { LoadedConfig, RefusedConfig } from "./load-config.ts";
import { watchFiles } from "./watch-files.ts";

export type ReloadOutcome =
  | {
      readonly kind: "unchanged";
      /** Changed by an earlier reload, and still waiting for a restart. */
      readonly needRestart: readonly ConfigChange[];
    }
  | {
      readonly kind: "changed";
      readonly loaded: LoadedConfig;
      /** In force now. May be empty where only keys that need a restart have changed. */
      readonly live: readonly ConfigChange[];
      /** Differs from what the process was started with. */
      readonly needRestart: readonly ConfigChange[];
    }
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

export interface ConfigKeeperOptions {
  /** What the process was started with. */
  readonly started: LoadedConfig;
  /** Reads everything anew. */
  readonly load: () => LoadedConfig | RefusedConfig;
  /**
   * Told of every reload, whatever started it. Takes over the keys that changed live; where it
   * fails, the configuration counts as not applied and the next reload tries again.
   */
  readonly onReload: (outcome: ReloadOutcome) => Promise<void>;
}

export interface ConfigKeeper {
  /** For SIGHUP; one at a time, in the order of the calls. */
  reload(): Promise<ReloadOutcome>;
  /** Reloads when a file changes that the configuration was read from. */
  watch(signal: AbortSignal): void;
}

export function createConfigKeeper(options: ConfigKeeperOptions): ConfigKeeper {
  let current = options.started;
  let sources = current.sources;
  let last: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<ReloadOutcome> {
    const next = options.load();
    // A refused configuration may fail by a file that is new: that file must be watched as well.
    sources = next.kind === "loaded" ? next.sources : [...new Set([...sources, ...next.sources])];
    const outcome = outcomeOf(next);
    await options.onReload(outcome);
    if (outcome.kind === "changed") current = outcome.loaded;
    return outcome;
  }

  function outcomeOf(next: LoadedConfig | RefusedConfig): ReloadOutcome {
    if (next.kind === "refused") return { kind: "refused", findings: next.findings };
    const since = describeChanges(current, next);
    const all = describeChanges(options.started, next);
    const needRestart = all.filter((change) => change.reload === "restart");
    if (since.length === 0) return { kind: "unchanged", needRestart };
    const live = since.filter((change) => change.reload === "live");
    return { kind: "changed", loaded: next, live, needRestart };
  }

  function reload(): Promise<ReloadOutcome> {
    const result = last.then(reloadNow);
    last = result.catch(() => undefined);
    return result;
  }

  return {
    reload,
    watch(signal) {
      watchFiles({
        files: () => sources,
        onChange: async () => {
          await reload();
        },
        signal,
      });
    },
  };
}
