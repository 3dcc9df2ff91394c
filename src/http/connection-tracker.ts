import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { RawServer } from "./raw-server.ts";

/** The sockets and HTTP/2 sessions of a server, so that it can be stopped in bounded time. */
export interface ConnectionTracker {
  readonly count: number;
  /** Tells HTTP/2 clients to finish (GOAWAY) and closes idle HTTP/1.1 connections. */
  closeGently(): void;
  destroyAll(): void;
}

export function trackConnections(
  server: RawServer,
  onChange: (count: number) => void,
): ConnectionTracker {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  // Emitted for the TCP connection, before any TLS handshake: a stalled one must end, too.
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    onChange(sockets.size);
    socket.on("close", () => {
      sockets.delete(socket);
      onChange(sockets.size);
    });
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  return {
    get count() {
      return sockets.size;
    },
    closeGently() {
      for (const session of sessions) session.close();
      server.closeIdleConnections();
    },
    destroyAll() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}
