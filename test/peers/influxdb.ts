import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerFile } from "./catalogue.ts";
import { freePort, type RunningPeer, startPeer } from "./peer-process.ts";

/** The administrator of a started InfluxDB. */
export const INFLUX_ADMIN = { username: "admin", password: "supersecretpassword" } as const;

/** An InfluxDB 1 with authentication on and an administrator. */
export async function startInfluxDb(binary: PeerFile): Promise<RunningPeer> {
  const rpcPort = await freePort();
  const peer = await startPeer({
    command: binary.path,
    readyPath: "/ping",
    readyStatus: 204,
    prepare: (folder, httpPort) =>
      writeFile(join(folder, "influxdb.conf"), configOf(folder, httpPort, rpcPort)),
    args: (_port, folder) => ["-config", join(folder, "influxdb.conf")],
  });
  const { username, password } = INFLUX_ADMIN;
  await influxQuery(
    peer,
    `CREATE USER ${username} WITH PASSWORD '${password}' WITH ALL PRIVILEGES`,
  );
  return peer;
}

function configOf(folder: string, httpPort: number, rpcPort: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${httpPort}"
  auth-enabled = true
  log-enabled = false
[monitor]
  store-enabled = false
`;
}

/** One series of an answer. */
interface InfluxSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/** Asks in InfluxQL as the administrator; fails with the server's own words. */
export async function influxQuery(
  peer: RunningPeer,
  query: string,
  database?: string,
): Promise<readonly InfluxSeries[]> {
  const { username, password } = INFLUX_ADMIN;
  const parameters = new URLSearchParams({
    q: query,
    ...(database === undefined ? {} : { db: database }),
  });
  const answer = await fetch(`${peer.url}/query`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: parameters.toString(),
  });
  const { error, results = [] } = (await answer.json()) as {
    error?: string;
    results?: readonly { error?: string; series?: readonly InfluxSeries[] }[];
  };
  const problem = error ?? results[0]?.error;
  if (problem !== undefined) throw new Error(`${query}: ${problem}`);
  return results[0]?.series ?? [];
}
