import type { PeerFile } from "./catalogue.ts";
import { type RunningPeer, startPeer } from "./peer-process.ts";

/** node_exporter with its default collectors. */
export function startNodeExporter(binary: PeerFile): Promise<RunningPeer> {
  return startPeer({
    command: binary.path,
    readyPath: "/",
    args: (port) => [`--web.listen-address=127.0.0.1:${port}`],
  });
}

/** A Pushgateway without persistence. */
export function startPushgateway(binary: PeerFile): Promise<RunningPeer> {
  return startPeer({
    command: binary.path,
    readyPath: "/-/ready",
    args: (port) => [`--web.listen-address=127.0.0.1:${port}`],
  });
}
