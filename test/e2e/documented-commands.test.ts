/**
 * The commands on the pages, run by a shell in the order in which a reader meets them: against a
 * server with the configuration of «Getting started», changed in addresses alone.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningPeer, startPeer } from "../peers/index.ts";
import { curlOrSkip } from "./curl.ts";
import { startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { type CommandResult, runCommand } from "./gaugeway-server.ts";
import { seriesOfText } from "./series-of-text.ts";

let stack: AsyncDisposableStack;
let folder: string;
let server: RunningPeer;

/** The text of the blocks of a page that begin with these words. */
async function blocks(page: string, info: string): Promise<readonly string[]> {
  const text = await readFile(page, "utf8");
  const found = Array.from(text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm));
  return found.filter((block) => block[1] === info).map((block) => block[2] ?? "");
}

/** The lines that start with the program's name, without what is said about them. */
async function commandLines(page: string, program: string): Promise<readonly string[]> {
  const lines = (await blocks(page, "sh")).flatMap((block) => block.split("\n"));
  return lines
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => line.replace(/\s+# .*$/, ""));
}

/** In the folder with gaugeway.yaml, where `gaugeway` is the program from source. */
async function shell(line: string): Promise<CommandResult> {
  const path = `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  return await runCommand("sh", ["-c", line], { cwd: folder, env: { PATH: path } });
}

async function shellOk(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await shell(line);
  expect({ line, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({
    line,
    exitCode: 0,
    stderr: "",
  });
  return stdout;
}

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), "gaugeway-documented-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const main = resolve("src/cli/main.ts");
  const program = join(folder, "bin/gaugeway");
  await mkdir(join(folder, "bin"));
  await writeFile(
    program,
    `#!/bin/sh\nexec '${process.execPath}' --conditions=source '${main}' "$@"\n`,
  );
  await chmod(program, 0o755);
  const [example = ""] = await blocks("docs/getting-started.md", "yaml gaugeway.yaml");
  const configOn = (port: number): string =>
    example
      .replace('":7070"', `"127.0.0.1:${port}"\nown_metrics: {listen_address: off}`)
      .replace("15s", "1s")
      .replace("localhost:9100", source.target);
  server = stack.use(
    await startPeer({
      command: process.execPath,
      readyPath: "/-/ready",
      prepare: async (_folder, port) => {
        await writeFile(join(folder, "gaugeway.yaml"), configOn(port));
      },
      args: () => ["--conditions=source", main, "serve", "--config", join(folder, "gaugeway.yaml")],
    }),
  );
});
afterAll(async () => await stack.disposeAsync());

test("getting started", { timeout: 120_000 }, async ({ skip }) => {
  await curlOrSkip(skip);
  const commands = await commandLines("docs/getting-started.md", "gaugeway");
  expect(commands).toHaveLength(7);
  await expect
    .poll(async () => (await shell("gaugeway targets")).stdout, { timeout: 60_000 })
    .toMatch(/\nnode +\S+ +up /);
  let printed = "";
  for (const line of commands) {
    if (line !== "gaugeway serve") printed += await shellOk(line);
  }
  expect(printed).toContain("gaugeway.yaml is valid");
  // All series of the target, and five that tell of the scrape itself.
  const seriesCount = FROZEN_SERIES.acme + FROZEN_SERIES.globex + 5;
  expect(printed).toContain(`${seriesCount} series gained`);

  const [, id = ""] = /^client id: +(\S+)$/m.exec(printed) ?? [];
  const [, secret = ""] = /^client secret: +(\S+)$/m.exec(printed) ?? [];
  const [curlLine = ""] = await commandLines("docs/getting-started.md", "curl");
  const filledIn = curlLine
    .replace("CLIENT_ID:CLIENT_SECRET", `${id}:${secret}`)
    .replace("http://localhost:7070", server.url);
  const body = await shellOk(filledIn);
  expect(seriesOfText(body).size).toBe(seriesCount + 2);
  expect(body).not.toMatch(/[{,]customer=/);
});

test("access tokens of the page on access", { timeout: 120_000 }, async () => {
  const all = await commandLines("docs/access.md", "gaugeway");
  const commands = all.filter((line) => line.includes("token"));
  expect(commands).toHaveLength(4);
  await shellOk("gaugeway tenant create initech");
  const client = await shellOk("gaugeway client create c -t initech -s metrics.read");
  const [, id = ""] = /^client id: +(\S+)$/m.exec(client) ?? [];
  const [, secret = ""] = /^client secret: +(\S+)$/m.exec(client) ?? [];
  const fetchToken = async (): Promise<string> => {
    const answer = await fetch(`${server.url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  for (const line of commands) {
    const token = await fetchToken();
    const show = `printf %s ${token} | gaugeway token show -`;
    expect(await shellOk(show)).toContain(`client:  ${id}\ntenant:  initech\n`);
    const printed = await shellOk(`printf %s ${token} | ${line.replace(" ID", ` ${id}`)}`);
    const ends = !line.includes(" show ");
    expect([line, /ended/.test(printed)]).toEqual([line, ends]);
    expect([line, (await shell(show)).exitCode]).toEqual([line, ends ? 1 : 0]);
  }
  const audits = all.filter((line) => line.startsWith("gaugeway audit"));
  const [acts = "", refusals = ""] = await Promise.all(audits.map(shellOk));
  expect(acts).toMatch(/cli \S+ +signing_key.forget/);
  expect(refusals).toMatch(/REASON|Nothing has been refused/);
});

test("queries of the page on querying", { timeout: 120_000 }, async () => {
  const commands = await commandLines("docs/querying.md", "gaugeway");
  expect(commands).toHaveLength(4);
  const printed: string[] = [];
  for (const line of commands) printed.push(await shellOk(line));
  expect(printed[0]).toContain('{code="500"}');
  expect(printed[1]).toContain("━━ up{");
  const csv = await readFile(join(folder, "up.csv"), "utf8");
  expect(csv).toMatch(/^name,timestamp,value,\S*instance,job\r\nup,/);
  expect(await readFile(join(folder, "up.parquet"), "latin1")).toMatch(/^PAR1[^]*PAR1$/);
});

test("backup, import and export of the page on operations", { timeout: 180_000 }, async () => {
  const commands = await commandLines("docs/operations.md", "gaugeway");
  const lines = commands.filter((line) => /^gaugeway (?:backup|import|export) /.test(line));
  expect(lines).toHaveLength(3);
  const seconds = Math.floor(Date.now() / 1000) - 60;
  await writeFile(
    join(folder, "history.om"),
    `# TYPE old gauge\nold{customer="acme"} 1 ${seconds}\n# EOF\n`,
  );
  for (const line of lines) await shellOk(line.replace("/backups/", `${folder}/backup-`));
  // The running server takes an import up at its next look into the folder.
  const exportLine = lines.find((line) => line.startsWith("gaugeway export ")) ?? "";
  const exported = async (): Promise<string> => {
    await shellOk(exportLine);
    return await readFile(join(folder, "acme.om"), "utf8");
  };
  const imported = `old{customer="acme"} 1 ${seconds}\n`;
  await expect.poll(exported, { timeout: 90_000, interval: 2_000 }).toContain(imported);
  expect(await exported()).toMatch(/\n# EOF\n$/);
});

test("what the README says of npm is in package.json", async () => {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  const readme = await readFile("README.md", "utf8");
  expect(readme).toContain("npm ci && npm start ");
  expect(scripts["start"]).toMatch(/^node --conditions=source src\/cli\/main\.ts demo$/);
  const named = readme.matchAll(/\bnpm run ([\w:]+)/g);
  expect(Array.from(named, ([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual(
    [],
  );
});
