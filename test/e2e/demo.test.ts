/** `gaugeway demo` (what `npm start` runs): all that it prints is pasted into a shell. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort, peerOrSkip } from "../peers/index.ts";
import { curlOrSkip } from "./curl.ts";
import { type DemoPlace, printedCommands, startDemo } from "./demo-server.ts";
import { runCommand, runGaugeway } from "./gaugeway-server.ts";
import { seriesOfText } from "./series-of-text.ts";

async function newPlace(stack: AsyncDisposableStack): Promise<DemoPlace> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-demo-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  return { data: join(folder, "data"), port: await freePort(), ownMetricsPort: await freePort() };
}

/** What the shell prints for a line; fails where the line does. */
async function shell(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand("sh", ["-c", line]);
  expect({ line, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}

test(
  "each printed command works, and a second start goes on",
  { timeout: 120_000 },
  async ({ skip }) => {
    await curlOrSkip(skip);
    await using stack = new AsyncDisposableStack();
    const place = await newPlace(stack);
    let seriesBefore = 0;
    let printedBefore: readonly string[] = [];
    {
      await using demo = await startDemo(place);
      const commands = await printedCommands(demo);
      const [openMetrics = "", bearer = "", query = "", csv = "", own = ""] = commands;
      expect(commands).toHaveLength(5);
      await expect.poll(async () => await shell(openMetrics)).toContain("nodejs_");
      const body = await shell(openMetrics);
      expect(body).toMatch(/\n# EOF\n$/);
      expect(body).not.toMatch(/[{,]job=/);
      seriesBefore = seriesOfText(body).size;
      expect(seriesBefore).toBeGreaterThan(50);
      expect(bearer).toMatch(/^curl --oauth2-bearer /);
      expect(seriesOfText(await shell(bearer)).size).toBeGreaterThan(50);
      const answer = JSON.parse(await shell(query)) as { data: { result: readonly unknown[] } };
      expect(answer.data.result).toHaveLength(3);
      expect(await shell(csv)).toMatch(/^name,timestamp,value,/);
      expect(await shell(own)).toContain("gaugeway_build_info");
      printedBefore = commands;
    }
    expect((await stat(join(place.data, "demo-secret"))).mode & 0o077).toBe(0);
    await using again = await startDemo(place);
    expect(await printedCommands(again)).toEqual(printedBefore);
    // Before the first scrape of this run, or after it: what was there is there.
    const body = await shell(printedBefore[0] ?? "");
    expect(seriesOfText(body).size).toBeGreaterThanOrEqual(seriesBefore);
  },
);

test(
  "the printed scrape configuration is one to Prometheus, the written one to us",
  { timeout: 120_000 },
  async ({ skip }) => {
    const promtool = await peerOrSkip("promtool", "bookworm", skip);
    await using stack = new AsyncDisposableStack();
    const place = await newPlace(stack);
    const demo = stack.use(await startDemo(place));
    await printedCommands(demo);
    const line = /^scrape_configs: .*$/m.exec(demo.log())?.[0] ?? "";
    const file = join(demo.dataFolder, "prometheus.yml");
    await writeFile(file, line);
    const checked = await runCommand(promtool.path, ["check", "config", file]);
    expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
    const written = join(place.data, "demo.yaml");
    expect(await runGaugeway(["check-config", written])).toMatchObject({ exitCode: 0, stderr: "" });
    const secret = (await readFile(join(place.data, "demo-secret"), "utf8")).trim();
    expect(await readFile(written, "utf8")).not.toContain(secret);
    expect(line).toContain(secret);
  },
);

test("a port in use is told with the way out", { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const place = await newPlace(stack);
  stack.use(await startDemo(place));
  const other = await newPlace(stack);
  const ports = ["--port", String(place.port), "--own-metrics-port", String(other.ownMetricsPort)];
  const refused = await runGaugeway(["demo", "--data", other.data, ...ports]);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toMatch(
    new RegExp(`^error: [^\\n]*:${place.port} is in use[^\\n]*--port[^\\n]*\\n$`),
  );
});
