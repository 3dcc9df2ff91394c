import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GaugewayServer, runGaugeway, startGaugeway } from "../../e2e/gaugeway-server.ts";
import type { World } from "./world.ts";
import { expositionOf } from "./world-exposition.ts";

/** The worlds are years old. */
const RETENTION_TIME = "100y";

/** `gaugeway serve` over a history that `gaugeway import openmetrics` has brought in. */
export async function startGaugewayOver(
  world: World,
  config: string,
): Promise<GaugewayServer & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-world-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const file = join(folder, "world.om");
  await writeFile(file, expositionOf(world));
  const dataFolder = join(folder, "data");
  const imported = await runGaugeway(["import", "openmetrics", file, "--data", dataFolder]);
  if (imported.exitCode !== 0) throw new Error(`import: ${imported.stdout}${imported.stderr}`);
  const server = await startGaugeway(config, { dataFolder, retentionTime: RETENTION_TIME });
  stack.defer(async () => await server[Symbol.asyncDispose]());
  const parts = stack.move();
  return { ...server, [Symbol.asyncDispose]: async () => await parts.disposeAsync() };
}
