import type { LogLevel } from "#lib/logger";
import { section } from "../schema/collections.ts";
import { choice } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

export const logSchema = section({
  level: defaulted(
    choice("trace", "debug", "info", "warn", "error", "fatal"),
    "info",
    "The least important records to write.",
    { reload: "live" },
  ),
  format: defaulted(
    choice("auto", "json", "pretty"),
    "auto",
    "json: one object a line; pretty: for people; auto: pretty on a terminal, json elsewhere.",
  ),
});

export interface LogConfig {
  readonly level: LogLevel;
  readonly format: "auto" | "json" | "pretty";
}

export function toLogConfig(values: ValueOf<typeof logSchema>): LogConfig {
  return { level: values.level, format: values.format };
}
