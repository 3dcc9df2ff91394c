import { chmod, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { ListenError } from "./errors.ts";
import { formatListen, type ListenOptions } from "./listen-options.ts";
import type { RawServer } from "./raw-server.ts";

/** Only the owner may talk to a control socket. */
const SOCKET_MODE = 0o600;
const PROBE_TIMEOUT_MS = 1000;

/** Begins to listen; returns where, with the port that the system chose. */
export async function bindServer(server: RawServer, listen: ListenOptions): Promise<ListenOptions> {
  if (listen.kind === "unix") await removeDeadSocket(listen);
  try {
    await listening(server, listen);
  } catch (cause) {
    throw listenError(listen, cause);
  }
  if (listen.kind === "unix") {
    await chmod(listen.path, SOCKET_MODE);
    return listen;
  }
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : listen.port;
  return { ...listen, port };
}

function listening(server: RawServer, listen: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const done = () => {
      server.removeListener("error", reject);
      resolve();
    };
    if (listen.kind === "tcp") {
      // Without a host Node listens on every address of both families.
      server.listen(
        listen.host === "" ? { port: listen.port } : { host: listen.host, port: listen.port },
        done,
      );
      return;
    }
    // The socket file is made inside this call: no moment in which others could open it.
    const before = process.umask(0o777 & ~SOCKET_MODE);
    try {
      server.listen({ path: listen.path }, done);
    } finally {
      process.umask(before);
    }
  });
}

/** A socket file that nobody answers on is left over from a process that was killed. */
async function removeDeadSocket(listen: ListenOptions & { kind: "unix" }): Promise<void> {
  if (await answers(listen.path)) throw listenError(listen, { code: "EADDRINUSE" });
  await unlink(listen.path).catch(() => undefined);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const done = (outcome: boolean) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => done(true));
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}

function listenError(listen: ListenOptions, cause: unknown): ListenError {
  const where = formatListen(listen);
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    const text = `${where} is in use by another process: stop that one or listen elsewhere.`;
    return new ListenError("address_in_use", text, { cause });
  }
  const text =
    code === "EACCES"
      ? `This user may not listen on ${where}: choose a port above 1023 or another place.`
      : `Cannot listen on ${where} (${code}): choose an address of this machine.`;
  return new ListenError("listen_failed", text, { cause });
}
