import { type App, startApp } from "../../app.ts";
import {
  createConfigKeeper,
  formatFinding,
  type LoadedConfig,
  type RefusedConfig,
  type ReloadOutcome,
} from "#config";
import { formatListen } from "#http";
import { OperatingError } from "#lib/operating-error";
import type { Logger } from "#lib/logger";
import type { CommandContext } from "../command-context.ts";
import { createLogger } from "../logger.ts";
import { packageVersion } from "../package-version.ts";
import { untilAskedToStop } from "./stop-signals.ts";

export interface RunServerOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration anew, for a reload. */
  readonly load: () => LoadedConfig | RefusedConfig;
  /** Called once everything is up; prints what people want to know. */
  readonly onStarted?: () => void;
}

/** Runs a server until it is asked to stop; fails where it cannot start or its engine ends. */
export async function runServer(context: CommandContext, options: RunServerOptions): Promise<void> {
  const { loaded, load } = options;
  const { level, format } = loaded.config.log;
  const { log, setLevel } = createLogger({ level, format, output: context.terminal.err });
  using stop = untilAskedToStop(log);
  const watching = new AbortController();
  const requestReload = async () => reportOf(await keeper.reload());
  const app = await startApp({
    config: loaded.config,
    version: packageVersion(),
    log,
    requestReload,
  });
  const keeper = createConfigKeeper({
    started: loaded,
    load,
    async onReload(outcome) {
      if (outcome.kind === "changed") {
        setLevel(outcome.loaded.config.log.level);
        await app.reload(outcome.loaded.config);
      }
      logReload(log, outcome);
    },
  });
  const onHangup = (): void => {
    keeper.reload().catch((error: unknown) => log.error({ error }, "reloading failed"));
  };
  process.on("SIGHUP", onHangup);
  keeper.watch(watching.signal);
  try {
    logStarted(log, app);
    options.onStarted?.();
    const reason = await Promise.race([stop.asked, app.engineFailed.then(() => "engine")]);
    log.info({ reason }, "stopping");
    await app.close(loaded.config.server.shutdownGraceMs);
    log.info({}, "stopped");
    if (reason === "engine") {
      throw new OperatingError("engine_gone", "The engine has ended by itself: see the log above.");
    }
  } finally {
    watching.abort();
    process.off("SIGHUP", onHangup);
  }
}

function logStarted(log: Logger, app: App): void {
  const { public: api, ownMetrics, control } = app.listeners;
  log.info(
    {
      api: formatListen(api),
      ...(ownMetrics === null ? {} : { ownMetrics: formatListen(ownMetrics) }),
      ...(control === null ? {} : { control: formatListen(control) }),
    },
    "gaugeway is up",
  );
}

function logReload(log: Logger, outcome: ReloadOutcome): void {
  switch (outcome.kind) {
    case "unchanged":
      return log.debug({}, "the configuration has not changed");
    case "refused":
      return log.error(
        { findings: outcome.findings.map(formatFinding) },
        "the new configuration is refused; the old one stays in force",
      );
    case "changed": {
      const { applied, needRestart } = pathsOf(outcome);
      if (needRestart.length > 0) {
        log.warn({ keys: needRestart }, "these changes take effect after a restart");
      }
      return log.info({ keys: applied }, "configuration reloaded");
    }
  }
}

function pathsOf(outcome: Extract<ReloadOutcome, { kind: "changed" }>): {
  readonly applied: readonly string[];
  readonly needRestart: readonly string[];
} {
  return {
    applied: outcome.live.map((change) => change.path),
    needRestart: outcome.needRestart.map((change) => change.path),
  };
}

/** What the command line is told of a reload; a refused file is an error there. */
function reportOf(outcome: ReloadOutcome): ReturnType<typeof pathsOf> {
  switch (outcome.kind) {
    case "unchanged":
      return { applied: [], needRestart: [] };
    case "refused":
      throw new OperatingError("config_refused", outcome.findings.map(formatFinding).join("\n"));
    case "changed":
      return pathsOf(outcome);
  }
}
