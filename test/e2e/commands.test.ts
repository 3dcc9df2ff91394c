/** Every command of the program as a process of its own: what it prints, and how it ends. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExpositionServer, startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { cliFor, type GaugewayCli } from "./gaugeway-cli.ts";
import { type GaugewayServer, runGaugeway, startGaugeway } from "./gaugeway-server.ts";

/** Must not be seen anywhere. */
const CANARY = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

let stack: AsyncDisposableStack;
let folder: string;
let source: ExpositionServer;
let server: GaugewayServer;
let cli: GaugewayCli;

function configFor(tenantSelector: string, more = ""): string {
  return `
scrape_configs:
- job_name: frozen
  scrape_interval: 1s
  basic_auth: {username: u, password: ${CANARY}}
  static_configs: [{targets: ["${source.target}"]}]
tenants:
- name: acme
  entitlement: {selectors: ['${tenantSelector}']}
  clients: [{name: c, id: acme-id, secret: ${CANARY}, scopes: [metrics.read]}]
${more}`;
}

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), "gaugeway-commands-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  server = stack.use(await startGaugeway(configFor('{customer="acme"}')));
  cli = cliFor(server.configFile);
});
afterAll(async () => await stack.disposeAsync());

/** One sentence on standard error, nothing on standard output, exit code 1. */
const FAILURE = { exitCode: 1, stdout: "", stderr: expect.stringMatching(/^error: [^\n]+\.\n$/) };

describe("the command line", { timeout: 120_000 }, () => {
  test.each(
    [
      "demo",
      "serve",
      "check-config",
      "tenant create",
      "tenant explain",
      "client create",
      "targets",
      "status",
      "query",
      "reload",
      "lint",
      "import openmetrics",
      "export",
      "backup",
    ].map((command) => [command]),
  )("%s --help tells the usage", async (command) => {
    const { exitCode, stdout, stderr } = await runGaugeway([...command.split(" "), "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: gaugeway ${command} `));
  });

  test("wrong usage is exit code 2, and says so on standard error alone", async () => {
    const wrong = [
      [],
      ["no-such-command"],
      ["serve", "--no-such-option"],
      ["backup"],
      ["tenant", "create"],
      ["client", "create", "c", "-s", "metrics.read"],
      ["client", "create", "c", "-t", "acme", "-s", "no.such.scope"],
      ["tenant", "entitle", "acme"],
      ["demo", "--port", "70000"],
      ["export", "--start", "yesterday"],
    ];
    for (const args of wrong) {
      const { exitCode, stdout, stderr } = await runGaugeway(args, { cwd: folder });
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: "" });
      expect(stderr).not.toBe("");
    }
    const version = await runGaugeway(["--version"]);
    expect(version).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test("without a server, what needs one says how to start it", async () => {
    const data = ["--data", join(folder, "nobody-here")];
    for (const command of [
      ["status"],
      ["targets"],
      ["reload"],
      ["export"],
      ["tenant", "explain", "a"],
    ]) {
      const result = await runGaugeway([...command, ...data], { cwd: folder });
      expect(result).toEqual(FAILURE);
      expect(result.stderr).toContain("gaugeway serve");
    }
    const none = await runGaugeway(["check-config", "missing.yaml"], { cwd: folder });
    expect(none).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("missing.yaml"),
    });
  });
});

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

test("check-config finds every mistake with its place, and shows no secret", async () => {
  const good = await runGaugeway(["check-config", server.configFile]);
  expect(good).toMatchObject({ exitCode: 0, stderr: "" });
  expect(good.stdout).toContain("is valid: scrape jobs 1, tenants 1, clients 1.");

  const bad = join(folder, "bad.yaml");
  await writeFile(
    bad,
    `storag: {path: data}
server: {shutdown_grace: never}
tenants:
- name: acme
  entitlement: {selectors: ['{customer=']}
  clients: [{name: c, id: i-i-i-i, secret: [${CANARY}], scopes: [metrics.fly]}]
`,
  );
  const refused = await runGaugeway(["check-config", bad]);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  const lines = refused.stderr.trimEnd().split("\n");
  expect(lines[0]).toMatch(/bad\.yaml:1:1: .*storag.*storage/);
  expect(lines.some((line) => /bad\.yaml:2:\d+: .*shutdown_grace/.test(line))).toBe(true);
  expect(lines.some((line) => /bad\.yaml:5:\d+: .*selectors/.test(line))).toBe(true);
  expect(lines.some((line) => /bad\.yaml:6:\d+: .*scopes/.test(line))).toBe(true);
  const asJson = await runGaugeway(["check-config", bad, "--json"]);
  const report = JSON.parse(asJson.stdout) as { valid: boolean; findings: readonly Finding[] };
  expect(report.valid).toBe(false);
  expect(report.findings).toHaveLength(lines.length);
  expect(refused.stderr + asJson.stdout + asJson.stderr).not.toContain(CANARY);

  const served = await runGaugeway(["serve", "--config", bad]);
  expect(served).toMatchObject({ exitCode: 1, stdout: "" });
  expect(served.stderr).toContain(lines[0]);
});

describe("tenants and clients", { timeout: 180_000 }, () => {
  test("from making to deleting", async () => {
    await cli.ok("tenant", "create", "initech");
    expect(await cli("tenant", "create", "initech")).toEqual(FAILURE);
    const rule = ["-s", '{customer="globex"}', "--max-age", "1d", "--drop-label", "customer"];
    const entitle = ["tenant", "entitle", "initech", ...rule, "--on-collision", "sum"];
    const entitled = await cli.json<{ entitlement: object }>(...entitle);
    expect(entitled.entitlement).toEqual({
      selectors: ['{customer="globex"}'],
      dropLabels: ["customer"],
      renameLabels: [],
      maxAgeMs: 86_400_000,
      onCollision: "sum",
    });
    expect(await cli("tenant", "entitle", "initech", "-s", "{customer=")).toEqual(FAILURE);
    expect(await cli.ok("tenant", "rename", "initech", "initrode")).toContain("initrode");
    const shown = await cli.ok("tenant", "show", "initrode");
    expect(shown).toMatch(/sees: +\{customer="globex"\}\n/);

    const made = await cli.ok(
      "client",
      "create",
      "ci",
      "-t",
      "initrode",
      "-s",
      "metrics.prometheus.read",
    );
    const [, id = ""] = /^client id: +(gwc_\S+)$/m.exec(made) ?? [];
    const [, secret = ""] = /^client secret: (gw_[a-z2-7]{47})$/m.exec(made) ?? [];
    const clients = await cli.json<readonly Record<string, unknown>[]>(
      "client",
      "list",
      "-t",
      "initrode",
    );
    expect(clients).toEqual([
      expect.objectContaining({ id, name: "ci", scopes: ["metrics.read"], revokedAtMs: null }),
    ]);
    expect(await cli.ok("client", "list")).toMatch(/^NAME +CLIENT ID .*\n(?:.*\n)*ci +gwc_/);
    await cli.ok("client", "revoke", id);
    expect(await cli("client", "rotate", id)).toEqual(FAILURE);
    expect(await cli.ok("tenant", "delete", "initrode")).toContain("initrode is deleted");
    expect(await cli("tenant", "show", "initrode")).toEqual(FAILURE);
    const afterwards = cli.transcript().replace(made, "");
    expect(secret).not.toBe("");
    expect(afterwards + server.log()).not.toContain(secret);
  });

  test("what the file declares is changed in the file alone", async () => {
    const refused = await cli("tenant", "delete", "acme");
    expect(refused).toEqual(FAILURE);
    expect(refused.stderr).toContain("gaugeway.yaml");
    expect(await cli("client", "revoke", "acme-id")).toEqual(FAILURE);
    const tenants = await cli.json<readonly { name: string; origin: string }[]>("tenant", "list");
    expect(tenants).toEqual([expect.objectContaining({ name: "acme", origin: "config" })]);
  });
});

describe("the running server", { timeout: 180_000 }, () => {
  test("status and targets", async () => {
    const status = JSON.parse(await cli.ok("status")) as Record<string, unknown>;
    expect(status).toMatchObject({
      pid: server.pid,
      ready: true,
      dataFolder: join(server.dataFolder, "data"),
      store: expect.any(Object),
    });
    await expect.poll(() => source.scrapes()).toBeGreaterThan(1);
    const { activeTargets } = await cli.json<{ activeTargets: readonly object[] }>("targets");
    expect(activeTargets).toEqual([
      expect.objectContaining({ scrapePool: "frozen", health: "up", lastError: "" }),
    ]);
    expect(await cli.ok("targets")).toMatch(/^JOB +URL +STATE .*\nfrozen +http:\S+ +up +1s /);
  });

  test("explain tells what a tenant sees, and what a new rule would change", async () => {
    const now = await cli.json<{ seriesCount: number; change: unknown }>(
      "tenant",
      "explain",
      "acme",
    );
    expect(now).toMatchObject({ seriesCount: FROZEN_SERIES.acme, change: null });
    const [text, proposed] = [
      await cli.ok("tenant", "explain", "acme", "-s", '{customer="globex"}'),
      await cli.json<{ change: object }>("tenant", "explain", "acme", "-s", '{customer="globex"}'),
    ];
    expect(proposed.change).toMatchObject({
      seriesGained: FROZEN_SERIES.globex,
      seriesLost: FROZEN_SERIES.acme,
    });
    expect(text).toContain(`${FROZEN_SERIES.globex} series gained, ${FROZEN_SERIES.acme} lost`);
    expect(await cli("tenant", "explain", "nobody")).toEqual(FAILURE);
  });

  test("the configuration is reloaded by signal, by a changed file and by command", async () => {
    const original = await readFile(server.configFile, "utf8");
    const change = async (from: string, to: string): Promise<void> => {
      const text = await readFile(server.configFile, "utf8");
      expect(text).toContain(from);
      await writeFile(server.configFile, text.replace(from, to));
    };
    const reloads = (): number => server.log().split('"configuration reloaded"').length - 1;
    // By the data alone, so that a configuration that cannot be read does not matter.
    const selectors = async (): Promise<unknown> => {
      const data = ["--data", join(server.dataFolder, "data")];
      const shown = await runGaugeway(["tenant", "show", "acme", "--json", ...data], {
        cwd: folder,
      });
      return (JSON.parse(shown.stdout) as { entitlement: { selectors: unknown } }).entitlement
        .selectors;
    };

    await change('{customer="acme"}', '{customer="one"}');
    server.signal("SIGHUP");
    await expect.poll(reloads).toBe(1);
    expect(await selectors()).toEqual(['{customer="one"}']);

    await change('{customer="one"}', '{customer="two"}');
    await expect.poll(reloads).toBe(2);
    expect(await selectors()).toEqual(['{customer="two"}']);

    await change('{customer="two"}', `{customer="acme"}', '{x=`);
    await expect.poll(() => server.log()).toContain("the old one stays in force");
    const refused = await cli("reload");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^error: (?:.*\n)?\S*gaugeway\.yaml:\d+:\d+: \S*selectors/);
    expect(await selectors()).toEqual(['{customer="two"}']);

    await writeFile(
      server.configFile,
      original.replace("server: {", "server: {idle_timeout: 7s, "),
    );
    await expect.poll(() => server.log()).toContain("take effect after a restart");
    await expect.poll(reloads).toBe(3);
    expect(await cli.json("reload")).toEqual({
      applied: [],
      needRestart: ["server.idle_timeout"],
    });
    expect(await cli.ok("reload")).toContain("After a restart: server.idle_timeout.");
    await writeFile(server.configFile, original);
    await expect
      .poll(async () => await selectors(), { timeout: 60_000 })
      .toEqual(['{customer="acme"}']);
  });
});

describe("lint", { timeout: 120_000 }, () => {
  const valid = "# TYPE a gauge\na 1\n# EOF\n";

  test("of a file and of standard input", async () => {
    const file = join(folder, "valid.txt");
    await writeFile(file, valid);
    const ok = await runGaugeway(["lint", file]);
    expect(ok).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ok.stdout).toContain("is valid openmetrics-1.0.0: families 1, samples 1.");
    const broken = await runGaugeway(["lint", "-"], { stdin: "# TYPE a gauge\na 1\n\n# EOF\n" });
    expect(broken).toMatchObject({ exitCode: 1, stderr: "" });
    expect(broken.stdout).toMatch(/^-:3:1: error: /);
    const report = await runGaugeway(["lint", "-", "--json"], { stdin: "a{b=1} 1\n# EOF\n" });
    expect(report.exitCode).toBe(1);
    expect(JSON.parse(report.stdout)).toMatchObject({
      format: "openmetrics-1.0.0",
      isValid: false,
      findings: [{ severity: "error", line: 1 }],
    });
    expect(await runGaugeway(["lint", join(folder, "missing.txt")])).toEqual(FAILURE);
  });

  test("of an address, in the format that its answer names", async () => {
    const url = `http://${source.target}/metrics`;
    const text = await runGaugeway(["lint", url, "--json"]);
    expect(JSON.parse(text.stdout)).toMatchObject({ format: "text-0.0.4", isValid: true });
    expect(text.exitCode).toBe(0);
    expect(await runGaugeway(["lint", "http://127.0.0.1:1/metrics"])).toEqual(FAILURE);
  });
});

/** Two families of an hour ago, so that no retention touches them. */
function history(): string {
  const startSeconds = Math.floor(Date.now() / 1000) - 3600;
  let counter = "# TYPE jobs counter\n# HELP jobs Jobs done.\n";
  let gauge = "# TYPE temperature_celsius gauge\n# UNIT temperature_celsius celsius\n";
  for (let i = 0; i < 100; i++) {
    const seconds = startSeconds + i * 15;
    counter += `jobs_total{kind="a\\"b"} ${i} ${seconds}\n`;
    gauge += `temperature_celsius ${20 + Math.sin(i)} ${seconds}.5\n`;
  }
  return `${counter}${gauge}# EOF\n`;
}

/** The export of a server that is started for it. */
async function exported(data: string): Promise<string> {
  await using running = await startGaugeway("", { dataFolder: data });
  return await cliFor(running.configFile).ok("export");
}

test("import, export, import again, backup", { timeout: 240_000 }, async () => {
  const file = join(folder, "history.txt");
  await writeFile(file, history());
  const first = join(folder, "first");
  const into = async (data: string, path: string): Promise<string> => {
    const result = await runGaugeway(["import", "openmetrics", path, "--data", data], {
      cwd: folder,
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    return result.stdout;
  };

  expect(await into(first, file)).toContain("Imported samples: 200");
  expect(await into(first, file)).toContain("was imported before: nothing to do.");
  const copy = join(folder, "copy");
  let text = "";
  {
    await using running = await startGaugeway("", { dataFolder: first });
    const commands = cliFor(running.configFile);
    await commands.ok("tenant", "create", "kept");
    text = await commands.ok("export");
    expect(text.split("\n").filter((line) => /^(?:jobs|temp)/.test(line))).toHaveLength(200);
    expect(text).toMatch(/\n# EOF\n$/);
    const some = await commands.ok("export", '{kind=~"a.*"}');
    expect(some.split("\n").filter((line) => !line.startsWith("#") && line !== "")).toHaveLength(
      100,
    );
    const rows = (await commands.ok("export", '{kind=~"a.*"}', "-f", "csv")).split("\r\n");
    expect(rows[0]).toMatch(/^name,timestamp,value,\S*kind/);
    expect(rows).toHaveLength(1 + 100 + 1);
    expect(await commands("export", "{kind=")).toMatchObject({ exitCode: 1, stdout: "" });

    expect(await commands.ok("backup", copy)).toContain("The copy is complete");
    expect(await commands("backup", copy)).toEqual(FAILURE);
  }
  const strict = await runGaugeway(["lint", "-"], { stdin: text });
  expect(strict).toMatchObject({ exitCode: 0 });

  const again = join(folder, "again.txt");
  await writeFile(again, text);
  const second = join(folder, "second");
  await into(second, again);
  expect(await exported(second)).toBe(text);
  expect(await exported(copy)).toBe(text);
  const tenants = await runGaugeway(["tenant", "list", "--data", copy], { cwd: folder });
  expect(tenants.stdout).toContain("kept");
  const resting = join(folder, "resting");
  const copied = await runGaugeway(["backup", resting, "--data", second], { cwd: folder });
  expect(copied).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await exported(resting)).toBe(text);
});

test("no secret was printed or logged", () => {
  expect(cli.transcript().length).toBeGreaterThan(1000);
  expect(cli.transcript() + server.log()).not.toContain(CANARY);
});
