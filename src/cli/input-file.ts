import { statSync } from "node:fs";
import { OperatingError } from "#lib/operating-error";

/** Size of a file that a command is to read; fails with `input_unreadable` where it cannot. */
export function inputFileBytes(file: string): number {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return stats.size;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file, new Error("it is no file"));
}

/** For a file, a URL or standard input that a command cannot read. */
export function unreadable(place: string, cause: unknown): OperatingError {
  const message = `${place} cannot be read: ${reasonOf(cause)}.`;
  return new OperatingError("input_unreadable", message, { cause });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "there is no such file";
  // `fetch` says no more than that it failed; what happened is one level down.
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.message;
}
