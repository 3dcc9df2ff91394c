import type { RawExchange, RawRequest } from "#http";
import { endToEndHeaders, isEndToEnd } from "../backend/hop-headers.ts";
import { bodyTooLarge } from "../backend/outgoing-body.ts";
import type { InputFilter } from "../config/input-filter.ts";
import { requestHost } from "./request-host.ts";
import type { CallBody, HeaderValues, ProxyCall, QueryPair } from "../proxy/proxy.ts";

export interface CallReaderOptions {
  readonly inputHeaders: InputFilter;
  readonly inputQueryStrings: InputFilter;
  readonly bodyBytesMax: number;
  /** `KrakenD Version 1.2.3`: who asks backends. */
  readonly agent: string;
}

export type RequestFacts = Pick<ProxyCall, "headers" | "query" | "body">;

/** What of a client's request its endpoint lets through. */
export type CallReader = (exchange: RawExchange, query: string) => RequestFacts;

export function createCallReader(options: CallReaderOptions): CallReader {
  const readHeaders = headerReader(options.inputHeaders, options.agent);
  const readQuery = queryReader(options.inputQueryStrings);
  return (exchange, query) => ({
    headers: readHeaders(exchange),
    query: readQuery(query),
    body: bodyOf(exchange.request, options.bodyBytesMax),
  });
}

/** Of the connection to the gateway, whatever a filter says. */
const NEVER: ReadonlySet<string> = new Set(["host", "expect"]);

function headerReader(filter: InputFilter, agent: string): (exchange: RawExchange) => HeaderValues {
  const listed =
    filter.kind === "listed" ? filter.names.map((name) => name.toLowerCase()) : ["content-type"];
  const names = listed.filter((name) => isEndToEnd(name, NEVER));
  return ({ request, remoteAddress }) => {
    const headers: Record<string, string | readonly string[]> =
      filter.kind === "all" ? endToEndHeaders(request.headers) : {};
    if (filter.kind === "all") for (const name of NEVER) delete headers[name];
    else for (const name of names) copy(request, headers, name);
    headers["x-forwarded-for"] = remoteAddress;
    headers["x-forwarded-host"] = requestHost(request);
    if (headers["user-agent"] === undefined) headers["user-agent"] = agent;
    else headers["x-forwarded-via"] = agent;
    return headers;
  };
}

function copy(
  request: RawRequest,
  into: Record<string, string | readonly string[]>,
  name: string,
): void {
  const value = request.headers[name];
  if (value !== undefined) into[name] = value;
}

function queryReader(filter: InputFilter): (query: string) => readonly QueryPair[] {
  if (filter.kind === "none") return () => [];
  const kept = filter.kind === "listed" ? new Set(filter.names) : null;
  return (query) => {
    if (query === "") return [];
    const pairs = [...new URLSearchParams(query)];
    return kept === null ? pairs : pairs.filter(([name]) => kept.has(name));
  };
}

function bodyOf(request: RawRequest, bodyBytesMax: number): CallBody {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (length !== undefined) {
    const lengthBytes = Number(length);
    if (lengthBytes > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
    return lengthBytes === 0 ? { kind: "none" } : { kind: "stream", request, lengthBytes };
  }
  // HTTP/2 frames bodies without either header.
  const isOpen =
    request.httpVersionMajor >= 2 && !(request as { readonly complete?: boolean }).complete;
  if (coding === undefined && !(isOpen && !["GET", "HEAD"].includes(request.method ?? ""))) {
    return { kind: "none" };
  }
  return { kind: "stream", request, lengthBytes: null };
}
