import type { LogFields, Logger, LogLevel } from "#lib/logger";
import { toWireError } from "#lib/wire-error";

/** A record of the worker's log on its way to the main thread, which writes it. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly fields: LogFields;
  readonly message: string;
}

/** A logger whose records are posted. Errors are taken apart: cloning would keep too little of them. */
export function createPostingLogger(
  post: (record: LogRecord) => void,
  facts: LogFields = {},
): Logger {
  const method =
    (level: LogLevel): Logger["info"] =>
    (fields, message) => {
      post({ level, fields: cloneable({ ...facts, ...fields }), message });
    };
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
    fatal: method("fatal"),
    child: (fields) => createPostingLogger(post, { ...facts, ...fields }),
  };
}

function cloneable(fields: LogFields): LogFields {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (value instanceof Error) return [name, toWireError(value)];
    return [name, typeof value === "object" ? JSON.parse(JSON.stringify(value)) : value];
  });
  return Object.fromEntries(entries);
}
