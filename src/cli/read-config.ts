import { existsSync } from "node:fs";
import { declarationChecks } from "#access";
import {
  type ConfigChecks,
  type FlagOverride,
  formatFinding,
  loadConfig,
  type LoadedConfig,
  type RefusedConfig,
} from "#config";
import { OperatingError } from "#lib/operating-error";
import { compileMatcher } from "#model";
import type { CommandContext, PlaceOptions } from "./command-context.ts";

/** Where a configuration is looked for that nobody named. */
const USUAL_FILE = "gaugeway.yaml";

/** Everything that is wrong with a configuration, one line each. */
export class ConfigRefusedError extends OperatingError {
  constructor(refused: RefusedConfig) {
    const count = refused.findings.length;
    const lines = refused.findings.map(formatFinding);
    super(
      "config_refused",
      `the configuration has ${count} ${count === 1 ? "error" : "errors"}:\n${lines.join("\n")}`,
    );
  }
}

const checks: ConfigChecks = {
  ...declarationChecks,
  regex(text) {
    try {
      compileMatcher({ name: "", operator: "=~", value: text });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

/** The file that a command reads: the one that was named, or the usual one where it is there. */
export function configFile(options: PlaceOptions): string | null {
  return options.config ?? (existsSync(USUAL_FILE) ? USUAL_FILE : null);
}

/** Loads it, or gives everything that is wrong. */
export function tryReadConfig(
  context: CommandContext,
  options: PlaceOptions,
  flags: readonly FlagOverride[] = [],
): LoadedConfig | RefusedConfig {
  const data: FlagOverride[] =
    options.data === undefined
      ? []
      : [{ path: "storage.path", text: options.data, flag: "--data" }];
  return loadConfig({
    file: configFile(options),
    env: context.env,
    flags: [...data, ...flags],
    checks,
  });
}

/** Loads it or fails with `config_refused`. */
export function readConfig(
  context: CommandContext,
  options: PlaceOptions,
  flags: readonly FlagOverride[] = [],
): LoadedConfig {
  const loaded = tryReadConfig(context, options, flags);
  if (loaded.kind === "refused") throw new ConfigRefusedError(loaded);
  return loaded;
}
