import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A peer that runs on loopback with a data folder of its own, until disposed. */
export interface RunningPeer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** Everything that it has printed so far. */
  log(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<PeerExit>;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface PeerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface PeerStart {
  readonly command: string;
  readonly args: (port: number, dataFolder: string) => readonly string[];
  /** Polled until it answers with `readyStatus`. */
  readonly readyPath: string;
  /** Default 200. */
  readonly readyStatus?: number;
  readonly prepare?: (dataFolder: string, port: number) => Promise<void>;
  /** https is polled without checking the certificate. Default http. */
  readonly scheme?: "http" | "https";
  /** Default: a free one. */
  readonly port?: number;
}

const readyMsMax = 30_000;
const stopMsMax = 10_000;

/** Starts the program on a free port and waits until it is ready; fails with its log. */
export async function startPeer(start: PeerStart): Promise<RunningPeer> {
  const dataFolder = await mkdtemp(join(tmpdir(), "gaugeway-peer-"));
  const port = start.port ?? (await freePort());
  await start.prepare?.(dataFolder, port);
  const child = spawn(start.command, start.args(port, dataFolder), {
    cwd: dataFolder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<PeerExit>((done) => {
    child.once("close", (code, signal) => done({ code, signal }));
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `${start.scheme ?? "http"}://127.0.0.1:${port}`;
  const peer: RunningPeer = {
    url,
    pid: child.pid ?? -1,
    dataFolder,
    log: () => output,
    signal: (name) => child.kill(name),
    exited,
    [Symbol.asyncDispose]: async () => {
      await stop(child);
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
  try {
    await untilReady(child, `${url}${start.readyPath}`, start.readyStatus ?? 200);
    return peer;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw new Error(`${start.command} did not become ready:\n${output}`, { cause: error });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function untilReady(child: ChildProcess, url: string, status: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < readyMsMax; waitedMs += 100) {
    if (child.exitCode !== null) throw new Error(`exited with code ${child.exitCode}`);
    if ((await statusOf(url)) === status) return;
    await sleep(100);
  }
  throw new Error(`no answer at ${url} within ${readyMsMax} ms`);
}

/** The status of a GET, or null where nobody answers. */
function statusOf(url: string): Promise<number | null> {
  return new Promise((done) => {
    const answered = (answer: IncomingMessage): void => {
      answer.resume();
      done(answer.statusCode ?? null);
    };
    const request = url.startsWith("https:")
      ? getHttps(url, { rejectUnauthorized: false, agent: false }, answered)
      : getHttp(url, { agent: false }, answered);
    request.once("error", () => done(null));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await exited;
  clearTimeout(timer);
}
