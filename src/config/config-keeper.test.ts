import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createConfigKeeper, type ReloadOutcome } from "./config-keeper.ts";
import { formatFinding } from "./finding.ts";
import { loadConfig, type LoadedConfig } from "./load-config.ts";
import type { ConfigChecks } from "./schema/schema.ts";
import { watchFiles } from "./watch-files.ts";

const checks: ConfigChecks = {
  selector: () => null,
  regex: () => null,
  scope: () => null,
  clientId: () => null,
  clientSecret: () => null,
};

let folder: string;
let file: string;
let stop: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaugeway-keeper-"));
  file = join(folder, "gaugeway.yaml");
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

function load() {
  return loadConfig({ file, env: {}, checks });
}

function keeperOf(text: string, outcomes: ReloadOutcome[] = []) {
  writeFileSync(file, text);
  const started = load() as LoadedConfig;
  expect(started.kind).toBe("loaded");
  return createConfigKeeper({
    started,
    load,
    onReload: async (outcome) => {
      outcomes.push(outcome);
    },
  });
}

describe("reload", () => {
  test("tells live changes from those that need a restart, by name and without values", async () => {
    const keeper = keeperOf("log: {level: info}\ntenants: [{name: a}, {name: b}]\n");
    expect(await keeper.reload()).toEqual({ kind: "unchanged", needRestart: [] });
    writeFileSync(
      file,
      "log: {level: debug, format: json}\nstorage: {path: x, retention_time: 2d}\ntenants: [{name: b}, {name: c}]\n",
    );
    const outcome = await keeper.reload();
    if (outcome.kind !== "changed") throw new Error(outcome.kind);
    expect(outcome.live.map((change) => change.path)).toEqual([
      "storage.retention_time",
      "log.level",
      "tenants[a]",
      "tenants[c]",
    ]);
    expect(outcome.needRestart.map((change) => change.path)).toEqual([
      "storage.path",
      "log.format",
    ]);
  });

  test("a key that needs a restart is reported until it is changed back", async () => {
    const keeper = keeperOf("log: {level: info}\n");
    const change = async (text: string): Promise<readonly string[]> => {
      writeFileSync(file, text);
      const outcome = await keeper.reload();
      return outcome.kind === "refused" ? [] : outcome.needRestart.map(({ path }) => path);
    };
    expect(await change("log: {format: json}\n")).toEqual(["log.format"]);
    // Also where nothing has changed since: whoever asks anew wants to know.
    expect(await change("log: {format: json}\n")).toEqual(["log.format"]);
    expect(await change("log: {format: json, level: warn}\n")).toEqual(["log.format"]);
    expect(await change("log: {level: warn}\n")).toEqual([]);
  });

  test("a bad file leaves the old configuration in force", async () => {
    const keeper = keeperOf("log: {level: info}\n");
    writeFileSync(file, "log: {level: loud}\n");
    const outcome = await keeper.reload();
    if (outcome.kind !== "refused") throw new Error(outcome.kind);
    expect(outcome.findings.map(formatFinding)).toEqual([
      `${file}:1:14: log.level: expected one of trace, debug, info, warn, error, fatal, found "loud"`,
    ]);
    writeFileSync(file, "log: {level: info}\n");
    expect(await keeper.reload()).toEqual({ kind: "unchanged", needRestart: [] });
  });

  test("a changed secret is a change", async () => {
    const keeper = keeperOf("operator: {clients: [{name: x, id: c, secret: s1, scopes: [a]}]}\n");
    writeFileSync(file, "operator: {clients: [{name: x, id: c, secret: s2, scopes: [a]}]}\n");
    const outcome = await keeper.reload();
    expect(outcome.kind === "changed" && outcome.live).toEqual([
      { path: "operator.clients", reload: "live" },
    ]);
  });

  test("what could not be applied is tried again", async () => {
    writeFileSync(file, "{}\n");
    let failures = 1;
    const keeper = createConfigKeeper({
      started: load() as LoadedConfig,
      load,
      onReload: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error("no");
      },
    });
    writeFileSync(file, "log: {level: warn}\n");
    await expect(keeper.reload()).rejects.toThrow("no");
    expect((await keeper.reload()).kind).toBe("changed");
  });
});

/** Watches, and gives the number of changes seen so far. */
function watchedChanges(files: readonly string[]): () => number {
  let seen = 0;
  watchFiles({
    files: () => files,
    onChange: async () => {
      seen += 1;
    },
    signal: stop.signal,
    quietMs: 5,
    pollMs: 100,
  });
  return () => seen;
}

const BOUND = { timeout: 10_000, interval: 5 };

describe("watch", () => {
  test("writing, replacing by rename, removing, and coming back", async () => {
    writeFileSync(file, "a");
    const changes = watchedChanges([file]);
    writeFileSync(file, "ab");
    await expect.poll(changes, BOUND).toBe(1);
    writeFileSync(`${file}~`, "ac");
    renameSync(`${file}~`, file);
    await expect.poll(changes, BOUND).toBe(2);
    rmSync(file);
    await expect.poll(changes, BOUND).toBe(3);
    writeFileSync(file, "ad");
    await expect.poll(changes, BOUND).toBe(4);
  });

  test("a folder swapped behind a symbolic link, as Kubernetes mounts do", async () => {
    for (const version of ["v1", "v2"]) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "gaugeway.yaml"), version);
    }
    symlinkSync("v1", join(folder, "..data"));
    symlinkSync(join("..data", "gaugeway.yaml"), file);
    const changes = watchedChanges([file]);
    symlinkSync("v2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    await expect.poll(changes, BOUND).toBe(1);
  });

  test("other files of the folder do not count", async () => {
    writeFileSync(file, "a");
    const changes = watchedChanges([file]);
    for (let index = 0; index < 50; index += 1) writeFileSync(join(folder, `x${index}`), "noise");
    writeFileSync(file, "ab");
    await expect.poll(changes, BOUND).toBe(1);
  });

  test("the keeper reloads by itself, also when a secret file changes", async () => {
    writeFileSync(join(folder, "s"), "hunter2");
    const outcomes: ReloadOutcome[] = [];
    const keeper = keeperOf(
      "operator: {clients: [{name: x, id: c, secret_file: s, scopes: [a]}]}\n",
      outcomes,
    );
    keeper.watch(stop.signal);
    writeFileSync(join(folder, "s"), "hunter3");
    await expect.poll(() => outcomes.length, BOUND).toBeGreaterThan(0);
    expect(outcomes[0]?.kind).toBe("changed");
  });
});
