import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type RunningPeer, startPeer } from "../peers/index.ts";

/** Where the tests' own server listens, and the credential that its configuration declares. */
export interface GaugewayServer extends RunningPeer {
  readonly configFile: string;
}

const command = [process.execPath, "--conditions=source", resolve("src/cli/main.ts")] as const;

export interface ServerOptions {
  readonly dataFolder?: string;
  /** How long samples are kept; default as the program has it. */
  readonly retentionTime?: string;
  readonly tls?: TlsFiles;
  readonly port?: number;
  /** Default: a free one. */
  readonly ownMetricsPort?: number;
  /** Text of a krakend.json beside the configuration. */
  readonly krakend?: string;
}

/**
 * `gaugeway serve` from source as a process of its own. `config` is the text of a gaugeway.yaml
 * without listeners and storage, which are loopback, free and temporary; `dataFolder` keeps data
 * over restarts.
 */
export async function startGaugeway(
  config: string,
  options: ServerOptions = {},
): Promise<GaugewayServer> {
  const tls =
    options.tls === undefined
      ? ""
      : `, tls: {cert_file: ${options.tls.certFile}, key_file: ${options.tls.keyFile}, check_interval: ${options.tls.checkInterval ?? "10s"}}`;
  const { retentionTime } = options;
  const retention = retentionTime === undefined ? "" : `, retention_time: ${retentionTime}`;
  const peer = await startPeer({
    command: command[0],
    scheme: options.tls === undefined ? "http" : "https",
    ...(options.port === undefined ? {} : { port: options.port }),
    readyPath: "/-/ready",
    prepare: async (folder, port) => {
      if (options.krakend !== undefined) {
        await writeFile(join(folder, "krakend.json"), options.krakend);
      }
      await writeFile(
        join(folder, "gaugeway.yaml"),
        `server: {listen_address: "127.0.0.1:${port}"${tls}}
own_metrics: {listen_address: "127.0.0.1:${options.ownMetricsPort ?? 0}"}
storage: {path: "${options.dataFolder ?? join(folder, "data")}"${retention}}
${config}`,
      );
    },
    args: (_port, folder) => [
      ...command.slice(1),
      "serve",
      "--config",
      join(folder, "gaugeway.yaml"),
    ],
  });
  return Object.assign(peer, { configFile: join(peer.dataFolder, "gaugeway.yaml") });
}

/** PEM files of a certificate for 127.0.0.1 and localhost that signs itself. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** How often the server looks whether they have changed; default 10s. */
  readonly checkInterval?: string;
}

/** What a finished command left behind. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  /** In addition to the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that takes longer hangs, and is killed. */
const commandMsMax = 120_000;

/** Runs `gaugeway ARGS…` from source to its end. */
export async function runGaugeway(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand(command[0], [...command.slice(1), ...args], options);
}

/** Runs any program to its end; fails only where it cannot be started. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: commandMsMax,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // A command that does not read its input closes the pipe; that is its right.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const exitCode = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? -1));
  });
  return { exitCode, stdout, stderr };
}
