import { createServer, type Server } from "node:http";
import { createSecureServer } from "node:http2";
import type { HttpLimits } from "./limits.ts";
import type { RawRequest, RawResponse } from "./raw-http.ts";
import type { TlsMaterial } from "./tls-material.ts";

export type RawHandler = (request: RawRequest, response: RawResponse) => void;

/**
 * A Node server before it listens: HTTP/1.1, or with TLS both protocols by ALPN. The secure one
 * mirrors HTTP/1.1's members, which its type declarations leave out.
 */
export type RawServer = Server;

/**
 * Node's own limits, set on both protocols. The parser stays strict (llhttp refuses a request with
 * both Content-Length and Transfer-Encoding, bare line feeds, folded headers), which is what keeps
 * requests from being smuggled past a proxy in front.
 */
export function createRawServer(
  limits: HttpLimits,
  tls: TlsMaterial | null,
  handler: RawHandler,
): RawServer {
  const server = tls === null ? createPlain(limits, handler) : createSecure(limits, tls, handler);
  server.maxConnections = limits.connectionsMax;
  return server;
}

function http1Options(limits: HttpLimits) {
  return {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // How often Node looks for connections past their time.
    connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
}

function createPlain(limits: HttpLimits, handler: RawHandler): Server {
  const server = createServer(http1Options(limits), handler);
  // Node drops headers past a count silently, and a dropped Authorization changes who is asking;
  // the bytes are limited anyway.
  server.maxHeadersCount = 0;
  return server;
}

function createSecure(limits: HttpLimits, tls: TlsMaterial, handler: RawHandler): RawServer {
  const server = createSecureServer(
    {
      ...http1Options(limits),
      ...tls.context,
      allowHTTP1: true,
      handshakeTimeout: limits.headersTimeoutMs,
      settings: {
        maxConcurrentStreams: limits.streamsPerConnectionMax,
        maxHeaderListSize: limits.headerBytesMax,
        // RFC 8441: no WebSockets over HTTP/2 here.
        enableConnectProtocol: false,
      },
      maxHeaderListPairs: 128,
      unknownProtocolTimeout: limits.headersTimeoutMs,
    },
    handler,
  );
  server.on("session", (session) => {
    session.setTimeout(limits.keepAliveTimeoutMs, () => session.close());
  });
  return server as unknown as RawServer;
}
