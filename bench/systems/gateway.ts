import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, type RunningPeer, startPeer } from "../../test/peers/index.ts";
import { gaugewayProgram } from "./systems.ts";

export interface RunningBenchGateway extends AsyncDisposable {
  readonly peer: RunningPeer;
  /** Where the gateway answers. */
  readonly origin: string;
}

/** The least that a proxy in Node costs. */
export function startBareProxy(origin: string): Promise<RunningPeer> {
  const program = join(import.meta.dirname, "../data/bare-proxy.ts");
  return startPeer({
    command: process.execPath,
    readyPath: "/",
    args: (port) => [program, origin, String(port)],
  });
}

/** The server, as published, with a krakend file; it logs no requests, as nginx beside it. */
export async function startGateway(
  root: Readonly<Record<string, unknown>>,
): Promise<RunningBenchGateway> {
  const gatewayPort = await freePort();
  const { extra_config: extra, ...others } = root;
  const krakend = {
    version: 3,
    port: gatewayPort,
    listen_ip: "127.0.0.1",
    extra_config: { router: { disable_access_log: true }, ...(extra as object) },
    ...others,
  };
  const peer = await startPeer({
    command: process.execPath,
    readyPath: "/-/ready",
    async prepare(folder, port) {
      await writeFile(join(folder, "krakend.json"), JSON.stringify(krakend));
      await writeFile(join(folder, "gaugeway.yaml"), gaugewayYaml(folder, port));
    },
    args: (_port, folder) => [gaugewayProgram, "serve", "--config", join(folder, "gaugeway.yaml")],
  });
  return {
    peer,
    origin: `http://127.0.0.1:${gatewayPort}`,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

function gaugewayYaml(folder: string, port: number): string {
  return `server: {listen_address: "127.0.0.1:${port}"}
own_metrics: {listen_address: off}
control: {socket: "${join(folder, "control.sock")}"}
storage: {path: "${join(folder, "data")}"}
gateway: {config_file: "${join(folder, "krakend.json")}"}
`;
}
