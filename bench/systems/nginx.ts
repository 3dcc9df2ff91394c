import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findPeer, type RunningPeer, startPeer } from "../../test/peers/index.ts";

export interface RunningNginx extends AsyncDisposable {
  readonly peer: RunningPeer;
  readonly version: string;
}

/** What its `http` section holds besides what all have. */
type NginxServers = (port: number) => string;

export const nginxConfig = {
  /** Answers every request with a JSON document. */
  answering:
    (document: string): NginxServers =>
    (port) =>
      `server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${document}'; } }`,
  /** Passes everything on over kept connections. */
  proxy:
    (origin: string): NginxServers =>
    (port) =>
      `upstream backend { server ${new URL(origin).host}; keepalive 256; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port}; location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
};

/** One process with one event loop, without a log: as much of the machine as we take. */
export async function startNginx(servers: NginxServers): Promise<RunningNginx> {
  // The library versions of other suites need not be on this machine.
  const file = await findPeer("nginx", "bookworm");
  if ("missing" in file) throw new Error(file.missing);
  const peer = await startPeer({
    command: file.path,
    readyPath: "/",
    prepare: (folder, port) =>
      writeFile(join(folder, "nginx.conf"), wholeConfig(folder, servers(port))),
    args: (_port, folder) => ["-p", folder, "-c", join(folder, "nginx.conf")],
  });
  return { peer, version: file.version, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}

function wholeConfig(folder: string, servers: string): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000;
  ${paths.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  ${servers}
}
`;
}
