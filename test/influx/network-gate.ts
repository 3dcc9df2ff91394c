import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that can be shut: then nobody listens, as when the server is down. */
export interface NetworkGate extends AsyncDisposable {
  readonly url: string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function startNetworkGate(toPort: number): Promise<NetworkGate> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(toPort, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((done) => server.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const shut = async (): Promise<void> => {
    const closed = new Promise((done) => server.close(done));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    shut,
    open: () => listen(port),
    [Symbol.asyncDispose]: shut,
  };
}
