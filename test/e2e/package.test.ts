/** The published package: packed, installed in an empty folder, and run there as its user would. */
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve, sep } from "node:path";
import { expect, test } from "vitest";
import { freePort, type SkipTest } from "../peers/index.ts";
import { curl, curlOrSkip } from "./curl.ts";
import { printedCommands, startDemo } from "./demo-server.ts";
import { type CommandResult, runCommand } from "./gaugeway-server.ts";
import { seriesOfText } from "./series-of-text.ts";

/** A run of npm inside npm must not take the outer one's package for its own. */
function npm(cwd: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand("npm", args, { cwd, env: { npm_config_local_prefix: cwd } });
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** `npm pack`, which builds first. */
async function packInto(folder: string): Promise<Packed> {
  const packed = await npm(resolve("."), "pack", "--json", "--pack-destination", folder);
  expect(packed).toMatchObject({ exitCode: 0 });
  const report: unknown = JSON.parse(packed.stdout.slice(packed.stdout.search(/^[[{]$/m)));
  // npm 11 lists packages, npm 12 gives them by name.
  const [first] = Object.values(report as Record<string, Packed>);
  if (first === undefined) throw new Error(packed.stdout);
  return first;
}

/** Installs the tarball; its dependencies come from npm's cache or the registry. */
async function installOrSkip(folder: string, tarball: string, skip: SkipTest): Promise<void> {
  await writeFile(join(folder, "package.json"), '{"private": true}');
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline"];
  const installed = await npm(folder, "install", ...quiet, join(folder, tarball));
  if (installed.exitCode === 0) return;
  const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|network/i;
  if (unreachable.test(installed.stderr) && process.env["CI"] !== "true") {
    skip(`the npm registry cannot be reached: ${installed.stderr.split("\n")[0]}`);
  }
  throw new Error(installed.stderr);
}

/** A `node` on the PATH that is older than what the package needs, or null. */
async function oldNode(): Promise<string | null> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "node");
    if (folder.includes(`${sep}node_modules${sep}`) || !existsSync(file)) continue;
    const { stdout } = await runCommand(file, ["--version"]);
    if (Number(/^v(\d+)\./.exec(stdout)?.[1] ?? Infinity) < 24) return file;
  }
  return null;
}

test("an older Node is told what is needed", async ({ skip }) => {
  const node = (await oldNode()) ?? skip("there is no older node on the PATH");
  const refused = await runCommand(node, [resolve("bin/gaugeway.js"), "demo"]);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^gaugeway needs Node\.js 24 or newer; this is v\d+[^\n]*\n$/);
});

test("the packed package runs where nothing else is", { timeout: 300_000 }, async ({ skip }) => {
  await curlOrSkip(skip);
  await using stack = new AsyncDisposableStack();
  const folder = await realpath(await mkdtemp(join(tmpdir(), "gaugeway-package-")));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const { filename, files } = await packInto(folder);
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "bin/gaugeway.js",
      "dist/cli/main.js",
      "dist/engine/engine-worker.js",
      "dist/tsdb/compact/compact-worker.js",
    ]),
  );
  const allowed = /^(?:(?:LICENSE|[A-Z]+\.md|package\.json)$|bin\/|dist\/.*\.js$)/;
  expect(paths.filter((path) => !allowed.test(path) || /\.test\./.test(path))).toEqual([]);

  await installOrSkip(folder, filename, skip);
  const program = join(folder, "node_modules/gaugeway/bin/gaugeway.js");

  const place = {
    data: join(folder, "data"),
    port: await freePort(),
    ownMetricsPort: await freePort(),
  };
  const demo = stack.use(
    await startDemo(place, {
      command: "npx",
      args: ["--prefix", folder, "--no-install", "gaugeway"],
    }),
  );
  const [openMetrics = ""] = await printedCommands(demo);
  const credential = /-u (\S+)/.exec(openMetrics)?.[1] ?? "";
  const url = `http://127.0.0.1:${place.port}/metrics/v1`;
  const names = async (): Promise<string> => (await curl("-u", credential, url)).body;
  await expect.poll(names, { timeout: 60_000 }).toContain("nodejs_");
  expect(seriesOfText(await names()).size).toBeGreaterThan(50);

  const gaugeway = async (...args: readonly string[]): Promise<CommandResult> =>
    await runCommand(process.execPath, [program, ...args], { cwd: folder });
  const config = ["--config", join(place.data, "demo.yaml")];
  expect(await gaugeway("backup", join(folder, "copy"), ...config)).toMatchObject({ exitCode: 0 });
  const status = JSON.parse((await gaugeway("status", ...config)).stdout) as { pid: number };
  process.kill(status.pid, "SIGTERM");
  await demo.exited;
});
