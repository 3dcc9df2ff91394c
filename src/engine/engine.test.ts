import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Logger } from "#lib/logger";
import { type Engine, startEngine } from "./engine.ts";
import type { EngineSettings } from "./engine-settings.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-engine-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function settings(storagePath: string): EngineSettings {
  return { version: "0.0.0", storagePath, store: {}, blocks: {}, snapshots: {} };
}

const quiet = (): void => undefined;

/** Keeps the messages that people would have to react to. */
function recordingLog(): { readonly log: Logger; readonly alarms: string[] } {
  const alarms: string[] = [];
  const alarm = (_fields: object, message: string): void => void alarms.push(message);
  const log: Logger = {
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: alarm,
    fatal: alarm,
    child: () => log,
  };
  return { log, alarms };
}

test("a second engine on the same folder is refused with the store's own words", async () => {
  const { log, alarms } = recordingLog();
  await using engine: Engine = await startEngine(settings(folder), log);
  const second = startEngine(settings(folder), log);
  await expect(second).rejects.toMatchObject({
    code: "data_folder_locked",
    message: expect.stringContaining(folder) as string,
  });
  expect((await engine.stats()).series).toBe(0);
  expect(alarms).toEqual([]);
});

test("a folder that cannot be one is an error and leaves no thread behind", async () => {
  const { log } = recordingLog();
  const file = join(folder, "file");
  await writeFile(file, "");
  await expect(startEngine(settings(file), log)).rejects.toThrow("file");
});

test("closing ends the thread as expected; what is asked later is told that it is gone", async () => {
  const { log, alarms } = recordingLog();
  const engine = await startEngine(settings(folder), log);
  await engine[Symbol.asyncDispose]();
  expect(await engine.ended).toEqual({ expected: true });
  await expect(engine.stats()).rejects.toMatchObject({ code: "engine_gone" });
  await engine[Symbol.asyncDispose]();
  expect(alarms).toEqual([]);
});

test("an export whose selector cannot be read fails with the reason", async () => {
  const { log } = recordingLog();
  await using engine: Engine = await startEngine(settings(folder), log);
  const request = { format: "openmetrics", selectors: ["up{"], minMs: null, maxMs: null } as const;
  const chunks = engine.exportSamples(request, new AbortController().signal);
  await expect(chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: "promql_syntax",
  });
});
