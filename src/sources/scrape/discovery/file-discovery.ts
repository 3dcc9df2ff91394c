/**
 * `file_sd_configs`: target groups in JSON or YAML files, read at start, when their folder changes,
 * and at every refresh. A file that cannot be read or understood keeps its last groups; one that is
 * gone takes its targets with it.
 */
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parse as parseYaml } from "yaml";
import type { Logger } from "#lib/logger";
import type { Sleep } from "../run/sleep.ts";
import type { FileSdConfig, TargetGroup } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { filesMatching } from "./file-patterns.ts";
import { type Discovery, type GroupsListener, parseTargetGroups } from "./target-groups.ts";

/** Editors write in several steps; one read after the last of them is enough. */
const SETTLE_MS = 50;
const FILE_BYTES_MAX = 64 << 20;

export interface FileDiscoveryDeps {
  readonly sleep: Sleep;
  readonly log: Logger;
  readonly onFailure: () => void;
}

export class FileDiscovery implements Discovery {
  readonly #config: FileSdConfig;
  readonly #deps: FileDiscoveryDeps;
  readonly #listener: GroupsListener;
  readonly #ending = new AbortController();
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #known = new Set<string>();
  #wake = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(config: FileSdConfig, deps: FileDiscoveryDeps, listener: GroupsListener) {
    this.#config = config;
    this.#deps = deps;
    this.#listener = listener;
  }

  start(): void {
    this.#done = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#wake.abort();
    for (const watcher of this.#watchers.values()) watcher.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      this.#watchFolders();
      await this.#refresh();
      await this.#deps.sleep(this.#config.refreshIntervalMs, this.#wake.signal);
      if (!signal.aborted && this.#wake.signal.aborted) await this.#deps.sleep(SETTLE_MS, signal);
    }
  }

  /** Where watching is not possible, the refresh interval has to do. */
  #watchFolders(): void {
    for (const folder of new Set(this.#config.files.map((file) => dirname(file)))) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, () => this.#wake.abort());
        watcher.on("error", () => {
          watcher.close();
          this.#watchers.delete(folder);
        });
        this.#watchers.set(folder, watcher);
      } catch (cause) {
        this.#deps.log.debug({ folder, cause: String(cause) }, "folder cannot be watched");
      }
    }
  }

  async #refresh(): Promise<void> {
    const files = new Set((await Promise.all(this.#config.files.map(filesMatching))).flat());
    for (const file of files) await this.#read(file);
    for (const gone of Array.from(this.#known)) {
      if (files.has(gone)) continue;
      this.#known.delete(gone);
      this.#listener({ source: gone, groups: [] });
    }
  }

  async #read(file: string): Promise<void> {
    try {
      const groups = await readGroups(file);
      if (this.#ending.signal.aborted) return;
      this.#known.add(file);
      this.#listener({ source: file, groups });
    } catch (error) {
      if (isMissing(error)) {
        if (this.#known.delete(file)) this.#listener({ source: file, groups: [] });
        return;
      }
      this.#deps.onFailure();
      const message = error instanceof Error ? error.message : String(error);
      const fields = { file, code: "discovery_invalid" };
      this.#deps.log.warn(fields, `targets not refreshed: ${message}`);
    }
  }
}

async function readGroups(file: string): Promise<TargetGroup[]> {
  const text = await readFile(file, { encoding: "utf8" });
  if (text.length > FILE_BYTES_MAX) {
    throw new ScrapeError("discovery_invalid", `${file} is larger than ${FILE_BYTES_MAX} bytes`);
  }
  let value: unknown;
  try {
    value = file.toLowerCase().endsWith(".json") ? JSON.parse(text) : parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScrapeError("discovery_invalid", `${file}: ${reason}`, cause);
  }
  return parseTargetGroups(value, { __meta_filepath: file });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
