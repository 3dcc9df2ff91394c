import { TLSSocket } from "node:tls";
import type { RawRequest } from "#http";
import type { TlsFacts } from "../meter.ts";

/** A connection is asked once: its requests have all come in the same way. */
const known = new WeakMap<object, TlsFacts>();

export function tlsFactsOf(request: RawRequest): TlsFacts | null {
  const session = "stream" in request ? request.stream.session : undefined;
  const socket = session?.socket ?? request.socket;
  if (!(socket instanceof TLSSocket)) return null;
  const key = session ?? socket;
  let facts = known.get(key);
  if (facts === undefined) {
    facts = { version: socket.getProtocol() ?? "", cipher: socket.getCipher().standardName };
    known.set(key, facts);
  }
  return facts;
}
