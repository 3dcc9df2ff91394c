/**
 * Debian packages unpacked into a cache folder of the checkout. The system's apt is not touched:
 * sources, lists and archives are private to the folder, signatures are checked as usual, nothing
 * is installed. A lock folder lets test processes share one cache.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findDebianMirror } from "./debian-sources.ts";

const run = promisify(execFile);

/** Debian 12, 13 and unstable: the oldest, the middle and the newest version of a peer. */
export type Suite = "bookworm" | "trixie" | "sid";

const cacheFolder = resolve(process.env["GAUGEWAY_PEERS_CACHE"] ?? ".cache/peers");
const lockWaitMsMax = 240_000;
const downloadMsMax = 180_000;

/** The folder that holds the unpacked package, or the reason why it cannot be had. */
export async function unpackedPackage(
  suite: Suite,
  packageName: string,
): Promise<{ folder: string } | { missing: string }> {
  const folder = join(cacheFolder, suite, packageName);
  if (existsSync(folder)) return { folder };
  await mkdir(cacheFolder, { recursive: true });
  const unlock = await lock(join(cacheFolder, "lock"));
  try {
    if (!existsSync(folder)) await download(suite, packageName, folder);
    return { folder };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { missing: `package ${packageName} (${suite}) could not be downloaded: ${reason}` };
  } finally {
    await unlock();
  }
}

async function download(suite: Suite, packageName: string, folder: string): Promise<void> {
  const mirror = findDebianMirror();
  if (mirror === null) throw new Error("no Debian mirror in the apt sources of this machine");
  const apt = join(cacheFolder, suite, ".apt");
  const options = aptOptions(apt);
  if (!existsSync(join(apt, "updated"))) {
    await mkdir(join(apt, "lists/partial"), { recursive: true });
    await mkdir(join(apt, "cache/archives/partial"), { recursive: true });
    const signedBy = mirror.signedBy === null ? "" : `Signed-By: ${mirror.signedBy}\n`;
    await writeFile(
      join(apt, "peers.sources"),
      `Types: deb\nURIs: ${mirror.uri}\nSuites: ${suite}\nComponents: main\n${signedBy}`,
    );
    await run("apt-get", [...options, "update"], { timeout: downloadMsMax });
    await writeFile(join(apt, "updated"), "");
  }
  const unpacking = `${folder}.unpacking`;
  await rm(unpacking, { recursive: true, force: true });
  await mkdir(unpacking, { recursive: true });
  await run("apt-get", [...options, "download", packageName], {
    cwd: unpacking,
    timeout: downloadMsMax,
  });
  const [archive = ""] = (await readdir(unpacking)).filter((name) => name.endsWith(".deb"));
  await run("dpkg", ["-x", join(unpacking, archive), unpacking]);
  await rm(join(unpacking, archive));
  await writeFile(join(unpacking, "VERSION"), archive.split("_")[1] ?? "");
  await rename(unpacking, folder);
}

function aptOptions(folder: string): string[] {
  return [
    "Dir::Etc::SourceList=/dev/null",
    `Dir::Etc::SourceParts=${folder}`,
    `Dir::State::Lists=${folder}/lists`,
    `Dir::Cache=${folder}/cache`,
    "APT::Sandbox::User=",
    "Debug::NoLocking=1",
    "Acquire::Languages=none",
  ].flatMap((option) => ["-o", option]);
}

/** A folder can be made by one process only. A holder that died leaves it behind: it grows stale. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (let waitedMs = 0; waitedMs < lockWaitMsMax; waitedMs += 200) {
    try {
      await mkdir(path);
      const keepFresh = setInterval(() => void utimes(path, new Date(), new Date()), 5_000);
      return async () => {
        clearInterval(keepFresh);
        await rm(path, { recursive: true, force: true });
      };
    } catch {
      const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
      if (age > 30_000) await rm(path, { recursive: true, force: true });
      await sleep(200);
    }
  }
  throw new Error(`another process holds ${path}`);
}
