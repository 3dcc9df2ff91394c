/**
 * From a file, the environment and flags to a configuration, or to everything that is wrong with
 * them. Nothing is started and nothing outside the named files is read, so that checking a
 * configuration is the same as loading it.
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ConfigNode, emptyMap, type MapNode, type Position, textNode } from "./config-node.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { type GaugewayConfig, toGaugewayConfig } from "./gaugeway-config.ts";
import type { Environment } from "./interpolate.ts";
import { type RootValues, rootSchema, scrapeConfigFileSchema } from "./keys.ts";
import { readYaml } from "./read-yaml.ts";
import { type ConfigChecks, INVALID, type Reader } from "./schema/schema.ts";
import type { JobValues } from "./sections/scrape/job.ts";

const CONFIG_BYTES_MAX = 1024 ** 2;
const SECRET_FILE_BYTES_MAX = 64 * 1024;
const SCRAPE_CONFIG_FILES_MAX = 1000;

/** A value from the command line, which wins over the file. */
export interface FlagOverride {
  /** `storage.path`. */
  readonly path: string;
  /** As one would write it in the file. */
  readonly text: string;
  /** `--storage-path`, for messages. */
  readonly flag: string;
}

export interface LoadOptions {
  /** Null: defaults only. Relative to the working directory; findings show it as given here. */
  readonly file: string | null;
  readonly env: Environment;
  readonly flags?: readonly FlagOverride[];
  readonly checks: ConfigChecks;
}

export interface LoadedConfig {
  readonly kind: "loaded";
  readonly config: GaugewayConfig;
  /** The values as the table of keys has them; for `describeChanges`. Secrets print as such. */
  readonly values: RootValues & { readonly file_jobs: readonly JobValues[] };
  /** Absolute paths of all files that were read, and of folders searched: watch these. */
  readonly sources: readonly string[];
}

export interface RefusedConfig {
  readonly kind: "refused";
  /** In reading order; at least one. */
  readonly findings: readonly Finding[];
  readonly sources: readonly string[];
}

export function loadConfig(options: LoadOptions): LoadedConfig | RefusedConfig {
  const load = new Load(options);
  const root = load.readFile(options.file);
  const values = root === null ? INVALID : rootSchema.read(root, "", load);
  const fileJobs = values === INVALID ? [] : load.readScrapeConfigFiles(values);
  const sources = [...load.sources];
  if (values === INVALID || load.findings.length > 0) {
    return { kind: "refused", findings: sortFindings(load.findings), sources };
  }
  const config = toGaugewayConfig(values, fileJobs);
  return { kind: "loaded", config, values: { ...values, file_jobs: fileJobs }, sources };
}

/** One loading: collects findings and the files that were read. */
class Load implements Reader {
  readonly findings: Finding[] = [];
  readonly sources = new Set<string>();
  readonly checks: ConfigChecks;
  readonly #options: LoadOptions;

  constructor(options: LoadOptions) {
    this.checks = options.checks;
    this.#options = options;
  }

  report(at: Position, path: string, message: string): void {
    this.findings.push({ at, path, message });
  }

  resolvePath(at: Position, path: string): string {
    return resolve(at.kind === "file" ? dirname(at.file) : ".", path);
  }

  readFile(file: string | null): MapNode | null {
    const root = file === null ? emptyMap() : this.#readYamlFile(file);
    if (root === null) return null;
    return (this.#options.flags ?? []).reduce<MapNode>(
      (map, flag) => withOverride(map, flag.path.split("."), flag),
      root,
    );
  }

  readSecretFile(at: Position, path: string, name: string): string | null {
    const bytes = this.#readBytes(this.resolvePath(at, name), SECRET_FILE_BYTES_MAX);
    if (typeof bytes === "string") {
      this.report(at, path, `the file with the secret ${bytes}`);
      return null;
    }
    const text = bytes.toString("utf8").replace(/\r?\n$/, "");
    if (text === "") this.report(at, path, "the file with the secret is empty");
    return text === "" ? null : text;
  }

  readScrapeConfigFiles(values: RootValues): JobValues[] {
    const names = new Set(values.scrape_configs.map((job) => job.job_name));
    const files = values.scrape_config_files.flatMap((glob) => {
      if (!glob.includes("*")) return [glob];
      // The folder too, so that a file that comes later is seen.
      this.sources.add(dirname(glob));
      return globSync(glob).toSorted();
    });
    if (files.length > SCRAPE_CONFIG_FILES_MAX) {
      this.#reportFile(
        this.#options.file ?? "",
        `scrape_config_files name more than ${SCRAPE_CONFIG_FILES_MAX} files`,
      );
      return [];
    }
    return files.flatMap((file) => this.#readScrapeConfigFile(file, names));
  }

  #readScrapeConfigFile(file: string, names: Set<string>): readonly JobValues[] {
    const root = this.#readYamlFile(file);
    const values = root === null ? INVALID : scrapeConfigFileSchema.read(root, "", this);
    if (values === INVALID) return [];
    for (const { job_name: name } of values.scrape_configs) {
      if (names.has(name)) {
        this.#reportFile(file, `the job ${JSON.stringify(name)} stands in another file already`);
      }
      names.add(name);
    }
    return values.scrape_configs;
  }

  #readYamlFile(file: string): MapNode | null {
    const bytes = this.#readBytes(resolve(file), CONFIG_BYTES_MAX);
    if (typeof bytes === "string") {
      this.#reportFile(file, `the file ${bytes}`);
      return null;
    }
    const { root, findings } = readYaml(bytes, file, this.#options.env);
    this.findings.push(...findings);
    return root;
  }

  #reportFile(file: string, message: string): void {
    this.report({ kind: "file", file, line: 1, column: 1 }, "", message);
  }

  /** The bytes, or why there are none. */
  #readBytes(absolute: string, bytesMax: number): Buffer | string {
    this.sources.add(absolute);
    try {
      const stats = statSync(absolute);
      if (stats.isDirectory()) return "is a folder";
      if (stats.size > bytesMax) return `is larger than ${bytesMax} bytes`;
      const bytes = readFileSync(absolute);
      return bytes.length > bytesMax ? `is larger than ${bytesMax} bytes` : bytes;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be read; check its permissions";
  return `cannot be read (${code})`;
}

/** The tree with one value replaced or added; sections on the way are made where they are missing. */
function withOverride(map: MapNode, path: readonly string[], flag: FlagOverride): MapNode {
  const [name = "", ...rest] = path;
  const at: Position = { kind: "flag", name: flag.flag };
  const before = map.entries.find((entry) => entry.key === name);
  let value: ConfigNode = textNode(flag.text, at);
  if (rest.length > 0) {
    const below = before?.value.kind === "map" ? before.value : emptyMap(at);
    value = withOverride(below, rest, flag);
  }
  const others = map.entries.filter((entry) => entry !== before);
  return { ...map, entries: [...others, { key: name, keyAt: before?.keyAt ?? at, value }] };
}
