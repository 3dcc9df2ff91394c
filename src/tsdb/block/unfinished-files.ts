import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { UNFINISHED_PREFIX } from "./block-file-writer.ts";

const OWNER = new RegExp(`^${UNFINISHED_PREFIX}(\\d+)-`);

/**
 * Removes what writers left behind that were killed. Another process may be writing into the folder
 * right now, so a file goes only when the process in its name is gone. In a container each start
 * has the same process id; a file of our own id is left over if it is older than this process.
 */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = OWNER.exec(name)?.[1];
    if (owner === undefined) continue;
    const path = join(folder, name);
    if (isLeftOver(Number(owner), path)) rmSync(path, { force: true });
  }
}

function isLeftOver(owner: number, path: string): boolean {
  if (owner !== process.pid) return !isAlive(owner);
  const startedMs = Date.now() - process.uptime() * 1000;
  return (statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0) < startedMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
