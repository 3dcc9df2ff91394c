export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** Facts of a record; an error goes under `error`. Never a secret: it prints as `<secret>`. */
export type LogFields = Readonly<Record<string, unknown>>;

type LogMethod = (fields: LogFields, message: string) => void;

/** Structured log: facts first, then one fixed sentence that can be searched for. */
export interface Logger extends Readonly<Record<LogLevel, LogMethod>> {
  /** A logger that adds these facts (component, request id) to every record. */
  child(fields: LogFields): Logger;
}

const silent: LogMethod = () => undefined;

/** For tests and for callers that want no log. */
export const silentLogger: Logger = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
  child: () => silentLogger,
};
