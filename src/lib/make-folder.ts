import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { OperatingError } from "./operating-error.ts";

/**
 * Makes the folder and those above it, one after the other. Node's own recursive way never returns
 * where a parent says that it does not exist when asked to hold something, as those in /proc do.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new OperatingError(
      "folder_not_made",
      `The folder ${path} cannot be made (${code}): choose another with storage.path or --data.`,
    );
  }
}
