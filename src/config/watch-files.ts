/**
 * Tells when one of a set of files has changed. Editors replace files by renaming, Kubernetes swaps
 * a symbolic link two steps up, and network file systems send no events at all. So events of the
 * folders only say *look now*; whether something changed is decided by comparing what the files are
 * (target, inode, size, times), and a slow poll looks even where no event comes.
 */
import { type FSWatcher, realpathSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/** Saving a file takes several steps; wait until they are over. */
const QUIET_MS = 200;
/** A folder in which something happens all the time must not postpone the look for ever. */
const QUIET_WAIT_MAX_MS = 2000;
const POLL_MS = 10_000;
/** Every folder takes a kernel watch; further ones are left to the poll. */
const FOLDERS_MAX = 256;

export interface WatchFilesOptions {
  /** Absolute paths, asked again after every change. A folder stands for the names in it. */
  readonly files: () => readonly string[];
  /** Called once for any number of changes; not called again before it has ended. */
  readonly onChange: () => Promise<void>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly quietMs?: number;
  readonly pollMs?: number;
}

/** Starts watching; whatever is there now counts as seen. */
export function watchFiles(options: WatchFilesOptions): void {
  const watched = new FileWatch(options);
  options.signal.addEventListener("abort", () => watched.close(), { once: true });
  if (options.signal.aborted) watched.close();
}

class FileWatch {
  readonly #options: WatchFilesOptions;
  readonly #folders = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | null = null;
  #firstEventMs = 0;
  #seen: string;
  #busy = false;
  #closed = false;

  constructor(options: WatchFilesOptions) {
    this.#options = options;
    this.#seen = fingerprint(options.files());
    this.#watchFolders();
    this.#poll = setInterval(() => this.#look(), options.pollMs ?? POLL_MS);
    this.#poll.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #onEvent(): void {
    if (this.#closed) return;
    const nowMs = performance.now();
    if (this.#quiet === null) this.#firstEventMs = nowMs;
    else clearTimeout(this.#quiet);
    const leftMs = this.#firstEventMs + QUIET_WAIT_MAX_MS - nowMs;
    const waitMs = Math.max(0, Math.min(this.#options.quietMs ?? QUIET_MS, leftMs));
    this.#quiet = setTimeout(() => {
      this.#quiet = null;
      this.#look();
    }, waitMs);
    this.#quiet.unref();
  }

  #look(): void {
    if (this.#closed || this.#busy) return;
    const now = fingerprint(this.#options.files());
    if (now === this.#seen) return;
    this.#seen = now;
    this.#busy = true;
    const finish = (): void => {
      this.#busy = false;
      if (this.#closed) return;
      this.#watchFolders();
      // What changed meanwhile, or is only watched from now on, is looked at once more.
      this.#onEvent();
    };
    this.#options.onChange().then(finish, finish);
  }

  #watchFolders(): void {
    const wanted = new Set(this.#options.files().flatMap(foldersOf).slice(0, FOLDERS_MAX));
    for (const [folder, watcher] of this.#folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) if (!this.#folders.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#onEvent());
      watcher.on("error", () => this.#forget(folder));
      this.#folders.set(folder, watcher);
    } catch {
      // The folder is gone or the system has no watches left: the poll sees to it.
    }
  }

  #forget(folder: string): void {
    this.#folders.get(folder)?.close();
    this.#folders.delete(folder);
  }
}

/** The folder in which the file is named, and the one in which its content lies behind links. */
function foldersOf(file: string): string[] {
  try {
    const real = realpathSync(file);
    return statSync(real).isDirectory() ? [file] : [dirname(file), dirname(real)];
  } catch {
    return [dirname(file)];
  }
}

function fingerprint(files: readonly string[]): string {
  return files.map((file) => `${file}\0${identityOf(file)}`).join("\n");
}

function identityOf(file: string): string {
  try {
    const stats = statSync(file, { bigint: true });
    return `${realpathSync(file)} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  } catch {
    return "absent";
  }
}
