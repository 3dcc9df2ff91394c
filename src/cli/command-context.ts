import type { Clock } from "#lib/clock";
import type { Terminal } from "./terminal/terminal.ts";

/** What every command is given, so that none reaches for the process itself. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** Sets the exit code that the process ends with; 0 unless told. */
  exit(code: number): void;
}

/** The option that names the configuration; shared by all commands that need to find the data. */
export const CONFIG_OPTION = [
  "-c, --config <file>",
  "configuration file (default: gaugeway.yaml where there is one)",
] as const;

/** The option that wins over storage.path. */
export const DATA_OPTION = [
  "-d, --data <folder>",
  "data folder, instead of storage.path in the configuration",
] as const;

/** Values of the two. */
export interface PlaceOptions {
  readonly config?: string;
  readonly data?: string;
}
