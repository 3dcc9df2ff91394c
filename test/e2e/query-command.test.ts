/**
 * `gaugeway query` as a process of its own, by each of its three ways to the data: as the operator of
 * a running server, as a client of it, and from the folder that it left.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, type CurlAnswer, curlOrSkip } from "./curl.ts";
import { startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION } from "./frozen-exposition.ts";
import { cliFor, type GaugewayCli } from "./gaugeway-cli.ts";
import {
  type CommandResult,
  type GaugewayServer,
  runCommand,
  runGaugeway,
  startGaugeway,
} from "./gaugeway-server.ts";

const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

let stack: AsyncDisposableStack;
let folder: string;
let dataFolder: string;
let server: GaugewayServer;
let cli: GaugewayCli;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), "gaugeway-query-"));
  dataFolder = join(folder, "data");
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  server = stack.use(
    await startGaugeway(
      `
scrape_configs:
- {job_name: frozen, scrape_interval: 1s, static_configs: [{targets: ["${source.target}"]}]}
tenants:
- name: acme
  entitlement: {selectors: ['{customer="acme"}']}
  clients:
  - {name: q, id: acme-id, secret: ${SECRET}, scopes: [metrics.query]}
  - {name: r, id: reader-id, secret: ${SECRET}, scopes: [metrics.read]}
`,
      { dataFolder },
    ),
  );
  cli = cliFor(server.configFile);
}, 120_000);
afterAll(async () => await stack.disposeAsync());

function asClient(...args: readonly string[]): Promise<CommandResult> {
  return runGaugeway(["query", ...args, "--url", server.url], {
    env: { GAUGEWAY_CLIENT_ID: "acme-id", GAUGEWAY_CLIENT_SECRET: SECRET },
  });
}

/** The API itself, by curl. */
function ask(query: string, ...more: readonly string[]): Promise<CurlAnswer> {
  return curl("-u", `acme-id:${SECRET}`, `${server.url}/api/v1/query?${query}`, ...more);
}

const REQUESTS = "sum by (customer) (http_requests_total)";

describe("gaugeway query", { timeout: 120_000 }, () => {
  test("the operator sees everything, in any format", async () => {
    const up = () => cli.ok("query", "up");
    await expect.poll(up, { timeout: 60_000, interval: 500 }).toContain('job="frozen"');
    expect(await cli.ok("query", `sort(${REQUESTS})`)).toBe(
      'VALUE  SERIES\n   99  {customer="globex"}\n 1030  {customer="acme"}\n',
    );
    expect(await cli.ok("query", "1 + 1")).toBe("2\n");
    expect(await cli.ok("query", '"a\\u001b"')).toBe("a\\u{1b}\n");
    const at = ["--time", "2026-01-02T03:04:05Z"];
    expect(await cli.ok("query", "vector(7)", ...at, "-f", "csv")).toBe(
      "name,timestamp,value\r\n,1767323045,7\r\n",
    );
    expect(await cli.ok("query", "vector(7)", ...at, "-f", "ndjson")).toBe(
      '{"metric":{},"value":[1767323045,"7"]}\n',
    );
    expect(await cli.ok("query", "vector(7)", ...at, "-f", "json")).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1767323045,"7"]}]}}',
    );
    const range = ["--range", "20s", "--step", "10s", "-f", "csv", "--layout", "wide"];
    expect(await cli.ok("query", "vector(time())", ...at, ...range)).toBe(
      "timestamp,{}\r\n1767323025,1767323025\r\n1767323035,1767323035\r\n1767323045,1767323045\r\n",
    );
  });

  test("Parquet goes into a file", async () => {
    const file = join(folder, "q.parquet");
    const source = `exec "$0" --conditions=source src/cli/main.ts query "$1" -f parquet -c "$2" > "$3"`;
    const args = ["-c", source, process.execPath, REQUESTS, server.configFile, file];
    expect(await runCommand("sh", args)).toMatchObject({ exitCode: 0, stderr: "" });
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows.map(({ value }) => value as number).toSorted((a, b) => a - b)).toEqual([99, 1030]);
  });

  test("samples as stored come with their times", async () => {
    const table = await cli.ok("query", 'odd{v="inf"}[1h]');
    const [title, first] = table.split("\n");
    expect(title).toMatch(/^TIME +VALUE +SERIES$/);
    expect(first).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?Z +\+Inf +odd\{.*v="inf".*\}$/);
  });

  test("a chart has axes, times and a legend", async () => {
    const chart = await cli.ok("query", "vector(3)", "--range", "1h", "-f", "plot");
    expect(chart).toMatch(/3 ┤⠤{40}/);
    expect(chart).toMatch(/└─+┬/);
    expect(chart).toContain("━━ {}  last 3  min 3  max 3");
    expect(chart).toMatch(/every 15s\.\n$/);
  });

  test("what the engine remarks goes to standard error", async () => {
    const { exitCode, stdout, stderr } = await cli("query", "rate(queue_length[1m])");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining("PromQL info: metric might not be a counter"),
    });
    expect(stdout).toMatch(/^VALUE +SERIES\n/);
    expect(await cli("query", "absent_metric")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "The answer has no series.\n",
    });
  });

  test("a client sees what its tenant may see", async () => {
    expect(await asClient(REQUESTS)).toEqual({
      exitCode: 0,
      stdout: 'VALUE  SERIES\n 1030  {customer="acme"}\n',
      stderr: "",
    });
    const secretFile = join(folder, "secret");
    await writeFile(secretFile, `${SECRET}\n`);
    const wrong = server.url.replace("http://", "http://nobody:wrong@");
    const byFile = ["--client", "acme-id", "--secret-file", secretFile, "--url", wrong];
    expect((await runGaugeway(["query", "1", ...byFile])).stdout).toBe("1\n");
  });

  test.each([
    [["sum("], /unclosed left parenthesis/],
    [["x[1h]", "--range", "1h"], /must be Scalar or instant Vector/],
    [["up", "--client", "nobody"], /^error: The server does not take the credential/],
    [["up", "--client", "reader-id"], /^error: The server refused the query: /],
    [["up", "--secret-file", "/nowhere/secret"], /^error: The secret cannot be read/],
  ])("%j fails with a sentence, and with nothing on standard output", async (args, sentence) => {
    const result = await asClient(...args);
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toMatch(sentence);
    expect(result.stderr).not.toContain(SECRET);
  });

  test.each([
    [["up", "--range", "soon"]],
    [["up", "--time", "noon"]],
    [["up", "-f", "xml"]],
    [["up", "--url", "ftp://x"]],
    [[]],
  ])("%j is wrong usage", async (args) => {
    expect(await cli("query", ...args)).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("nobody answers: the address is named", async () => {
    const { exitCode, stderr } = await runGaugeway(["query", "1", "--url", "http://127.0.0.1:1"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("No answer from http://127.0.0.1:1:"),
    });
  });

  test("over HTTP the format comes by Accept or by parameter", async ({ skip }) => {
    await curlOrSkip(skip);
    const csv = await ask("query=vector(1)&time=5", "-H", "accept: text/csv");
    expect(csv.status).toBe(200);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(csv.headers.get("content-disposition")).toMatch(
      /^attachment; filename="query-\d{8}T\d{6}Z\.csv"$/,
    );
    expect(csv.body).toBe("name,timestamp,value\r\n,5,1\r\n");

    const ndjson = await ask("query=1&time=5&format=ndjson", "-H", "accept: text/csv");
    expect(ndjson.body).toBe('{"metric":{},"value":[5,"1"]}\n');
    const safe = await ask(
      "query=label_replace(vector(1),%22a%22,%22=1%22,%22%22,%22%22)&time=5&format=csv&spreadsheet_safe=true",
    );
    expect(safe.body).toBe("name,timestamp,value,a\r\n,5,1,'=1\r\n");

    const html = await ask("query=1", "-H", "accept: text/html");
    expect([html.status, JSON.parse(html.body)]).toEqual([
      406,
      { status: "error", errorType: "not_acceptable", error: expect.stringContaining("text/csv") },
    ]);
    for (const wrong of [
      "format=xml",
      "format=csv&layout=round",
      "format=csv&spreadsheet_safe=x",
    ]) {
      const refused = await ask(`query=1&${wrong}`);
      expect([refused.status, JSON.parse(refused.body)]).toMatchObject([
        400,
        { errorType: "bad_data" },
      ]);
    }
    // An error is never a table that somebody takes for data.
    const failed = await ask("query=sum(&format=csv");
    expect([failed.status, failed.headers.get("content-type")]).toEqual([400, "application/json"]);
  });

  test("when the server is gone, its folder answers", async () => {
    server.signal("SIGTERM");
    await server.exited;
    const total = 'sum(last_over_time(http_requests_total{customer="acme"}[1h]))';
    expect(await cli.ok("query", total)).toBe("VALUE  SERIES\n 1030  {}\n");
    const { exitCode, stderr } = await runGaugeway(["query", "1", "--data", join(folder, "none")]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("There is no store in"),
    });
  });
});
