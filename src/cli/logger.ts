/** The server's log: pino behind our own interface, JSON for machines, lines for people. */
import pino from "pino";
import type { LogFields, Logger, LogLevel } from "#lib/logger";
import { OperatingError } from "#lib/operating-error";
import { formatRecord } from "./log-format.ts";
import type { Output } from "./terminal/terminal.ts";
import { withoutSecrets } from "./without-secrets.ts";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `auto`: pretty on a terminal, json elsewhere. */
  readonly format: "auto" | "json" | "pretty";
  /** Standard error, so that a command's results stay alone on standard output. */
  readonly output: Output;
}

export interface ServerLogger {
  readonly log: Logger;
  /** For a reload; loggers made from `log` before follow too. */
  readonly setLevel: (level: LogLevel) => void;
}

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];

export function createLogger({ level, format, output }: LoggerOptions): ServerLogger {
  const pretty = format === "pretty" || (format === "auto" && output.isTerminal);
  const write = (line: string): void => {
    output.stream.write(pretty ? formatRecord(line, output) : line);
  };
  const root = pino(
    {
      level: "trace",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError, err: describeError },
    },
    { write },
  );
  const threshold = { index: LEVELS.indexOf(level) };
  return {
    log: wrap(root, threshold),
    setLevel(next) {
      threshold.index = LEVELS.indexOf(next);
    },
  };
}

/** Pino copies the level into each child; one threshold for all lets a reload reach them. */
function wrap(target: pino.Logger, threshold: { readonly index: number }): Logger {
  const methods = LEVELS.map((level, index) => [
    level,
    (fields: LogFields, message: string): void => {
      if (index >= threshold.index) target[level](withoutSecrets(fields), message);
    },
  ]);
  return {
    ...(Object.fromEntries(methods) as Record<LogLevel, Logger["info"]>),
    child: (fields) => wrap(target.child(withoutSecrets(fields)), threshold),
  };
}

/** An operating error is told by code and sentence; a bug with its stack. */
function describeError(error: unknown): unknown {
  if (error instanceof OperatingError) {
    const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
    return { code: error.code, message: error.message, ...cause };
  }
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  const known = code === undefined ? {} : { code };
  return { type: error.name, ...known, message: error.message, stack: error.stack };
}
