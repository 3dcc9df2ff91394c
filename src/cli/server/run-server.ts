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
import { releaseStartupMemory } from "#lib/release-startup-memory";
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
  let keeper: ReturnType<typeof createConfigKeeper> | null = null;
  const requestReload = async () => {
    // The control socket opens before everything is up.
    if (keeper === null) throw new OperatingError("not_ready", "The server is still starting up.");
    return reportOf(await keeper.reload());
  };
  // Listened to from the start: unheard, the signal ends a process, and opening a large store takes a
  // while. A reload that fails is in the log already.
  const onHangup = (): void => {
    if (keeper === null) log.warn({}, "still starting up: send SIGHUP again afterwards");
    else void keeper.reload().catch(() => undefined);
  };
  process.on("SIGHUP", onHangup);
  const app = await startApp({
    config: loaded.config,
    version: packageVersion(),
    log,
    requestReload,
  });
  const running = createConfigKeeper({
    started: loaded,
    load,
    onReload: (outcome) => takeOver(outcome, { app, log, setLevel }),
  });
  keeper = running;
  running.watch(watching.signal);
  try {
    logStarted(log, app);
    options.onStarted?.();
    releaseStartupMemory();
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

interface Running {
  readonly app: App;
  readonly log: Logger;
  readonly setLevel: ReturnType<typeof createLogger>["setLevel"];
}

/** Hands a new configuration to the running parts; a failure is logged, whoever asked for it. */
async function takeOver(outcome: ReloadOutcome, { app, log, setLevel }: Running): Promise<void> {
  if (outcome.kind === "changed") {
    try {
      await app.reload(outcome.loaded.config);
    } catch (error) {
      log.error({ error }, "the new configuration could not be taken over as a whole");
      throw error;
    }
    setLevel(outcome.loaded.config.log.level);
  }
  if (outcome.kind !== "refused") await app.reloadTls();
  logReload(log, outcome);
}

function logStarted(log: Logger, app: App): void {
  const { public: api, ownMetrics, control, gateway } = app.listeners;
  log.info(
    {
      api: formatListen(api),
      ...(ownMetrics === null ? {} : { ownMetrics: formatListen(ownMetrics) }),
      ...(control === null ? {} : { control: formatListen(control) }),
      ...(gateway === null ? {} : { gateway: formatListen(gateway) }),
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

function pathsOf(outcome: Exclude<ReloadOutcome, { kind: "refused" }>): {
  readonly applied: readonly string[];
  readonly needRestart: readonly string[];
} {
  return {
    applied: outcome.kind === "changed" ? outcome.live.map((change) => change.path) : [],
    needRestart: outcome.needRestart.map((change) => change.path),
  };
}

/** What the command line is told of a reload; a refused file is an error there. */
function reportOf(outcome: ReloadOutcome): ReturnType<typeof pathsOf> {
  switch (outcome.kind) {
    case "refused":
      throw new OperatingError("config_refused", outcome.findings.map(formatFinding).join("\n"));
    case "unchanged":
    case "changed":
      return pathsOf(outcome);
  }
}
