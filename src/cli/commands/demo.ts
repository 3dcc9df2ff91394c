/**
 * `gaugeway demo`: the whole thing without a configuration of one's own. It writes one into the data
 * folder (scrape this very process; a tenant that may see those metrics; a client for it), runs the
 * server on it and prints commands that work as they stand. Data and secret stay, so that a second
 * start goes on where the first one ended.
 */
import { makeFolder } from "#lib/make-folder";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { newClientSecret } from "#access";
import { OperatingError } from "#lib/operating-error";
import type { CommandContext } from "../command-context.ts";
import { DATA_OPTION } from "../command-context.ts";
import { readConfig, tryReadConfig } from "../read-config.ts";
import { runServer } from "../server/run-server.ts";
import { UsageError } from "../terminal/report-error.ts";
import type { Output } from "../terminal/terminal.ts";

const CLIENT_ID = "demo";
const SECRET_FILE = "demo-secret";
const PORT_MAX = 65_535;

interface DemoOptions {
  readonly data: string;
  readonly port: string;
  readonly ownMetricsPort: string;
}

/** Where the demo lives, absolute and with numbers. */
interface DemoPlace {
  readonly folder: string;
  readonly configFile: string;
  readonly port: number;
  readonly ownMetricsPort: number;
}

export function addDemo(program: Command, context: CommandContext): void {
  program
    .command("demo")
    .description(
      "Try it: run a server on loopback that scrapes itself, with a tenant and a client.",
    )
    .option(DATA_OPTION[0], "data folder; kept and reused", "data")
    .option("-p, --port <port>", "port of the API on 127.0.0.1", "7070")
    .option("--own-metrics-port <port>", "port of the process' own metrics on 127.0.0.1", "7071")
    .action(async (options: DemoOptions) => {
      const place = placeOf(options);
      const secret = prepare(place);
      const config = { config: place.configFile };
      try {
        await runServer(context, {
          loaded: readConfig(context, config),
          load: () => tryReadConfig(context, config),
          onStarted: () => printWelcome(context.terminal.out, place, secret),
        });
      } catch (error) {
        throw withWayOut(error);
      }
    });
}

/** A port in use is what stops most demos; there is no configuration of the user's to change it in. */
function withWayOut(error: unknown): unknown {
  if (!(error instanceof OperatingError) || error.code !== "address_in_use") return error;
  const [what = ""] = error.message.split(": ");
  const message = `${what}: stop that one, or choose others with --port and --own-metrics-port.`;
  return new OperatingError(error.code, message, { cause: error });
}

function placeOf(options: DemoOptions): DemoPlace {
  const folder = resolve(options.data);
  return {
    folder,
    configFile: join(folder, "demo.yaml"),
    port: portOf("--port", options.port),
    ownMetricsPort: portOf("--own-metrics-port", options.ownMetricsPort),
  };
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= PORT_MAX) return port;
  throw new UsageError(`${flag} takes a port from 1 to ${PORT_MAX}, not ${JSON.stringify(text)}`);
}

/** Writes the configuration and, the first time, a secret; returns the secret. */
function prepare(place: DemoPlace): string {
  makeFolder(place.folder);
  const secretFile = join(place.folder, SECRET_FILE);
  if (!existsSync(secretFile)) {
    writeFileSync(secretFile, `${newClientSecret()}\n`, { mode: 0o600, flag: "wx" });
  }
  writeFileSync(place.configFile, demoConfig(place));
  return readFileSync(secretFile, "utf8").trim();
}

function demoConfig({ folder, port, ownMetricsPort }: DemoPlace): string {
  return `# Written by «gaugeway demo» at each start. Copy it to begin a configuration of your own.
server:
  listen_address: "127.0.0.1:${port}"
own_metrics:
  listen_address: "127.0.0.1:${ownMetricsPort}"
storage:
  path: ${JSON.stringify(folder)}
log:
  level: warn
scrape_configs:
  - job_name: gaugeway
    scrape_interval: 5s
    static_configs:
      - targets: ["127.0.0.1:${ownMetricsPort}"]
tenants:
  - name: demo
    entitlement:
      selectors: ['{job="gaugeway"}']
    clients:
      - name: demo
        id: ${CLIENT_ID}
        secret_file: ${SECRET_FILE}
        scopes: [metrics.read, metrics.query]
`;
}

function printWelcome(out: Output, place: DemoPlace, secret: string): void {
  const origin = `http://127.0.0.1:${place.port}`;
  const url = `${origin}/metrics/v1`;
  const command = (what: string, line: string): void => {
    out.line("");
    out.line(out.style("dim", `# ${what}`));
    out.line(line);
  };
  out.line(out.style("bold", "Gaugeway is up, scraping itself every 5 s."));
  out.line(`tenant demo, client id ${CLIENT_ID}, client secret ${secret}`);
  out.line(`configuration ${place.configFile}`);
  command("the tenant's metrics, as OpenMetrics", `curl -u ${CLIENT_ID}:${secret} ${url}`);
  command(
    "the same with an access token (OAuth 2.0)",
    `curl --oauth2-bearer "$(curl -s -u ${CLIENT_ID}:${secret} -d grant_type=client_credentials ${origin}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')" ${url}`,
  );
  const query = 'topk(3, count by (__name__) ({job="gaugeway"}))';
  command(
    "a PromQL query, as Prometheus' API answers it",
    `curl -u ${CLIENT_ID}:${secret} ${origin}/api/v1/query --data-urlencode 'query=${query}'`,
  );
  command(
    "stored samples of the last minute, as CSV",
    `curl -u ${CLIENT_ID}:${secret} ${origin}/api/v1/query -d format=csv --data-urlencode 'query=process_resident_memory_bytes[1m]'`,
  );
  command(
    "for prometheus.yml",
    `scrape_configs: [{job_name: gaugeway, metrics_path: /metrics/v1, basic_auth: {username: ${CLIENT_ID}, password: ${secret}}, static_configs: [{targets: ["127.0.0.1:${place.port}"]}]}]`,
  );
  command("the gateway's own metrics", `curl http://127.0.0.1:${place.ownMetricsPort}/metrics`);
  out.line("");
  out.line("Ctrl-C stops it; the data stay.");
}
