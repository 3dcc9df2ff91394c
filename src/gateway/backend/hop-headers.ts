/**
 * Headers that belong to one connection and not to a message (RFC 9110 §7.6.1). Passed on, they
 * would let one side speak to the gateway's other connection: `Transfer-Encoding` and `Connection`
 * are how requests are smuggled.
 */
import type { HeaderValues } from "../proxy/proxy.ts";

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

const NONE: ReadonlySet<string> = new Set();

/** Names that a message's own Connection header declares. */
export function namedByConnection(
  connection: string | readonly string[] | undefined,
): ReadonlySet<string> {
  if (connection === undefined) return NONE;
  const text = typeof connection === "string" ? connection : connection.join(",");
  return new Set(text.split(",").map((name) => name.trim().toLowerCase()));
}

/** Whether a header, in lower case, may go on to the next connection. */
export function isEndToEnd(name: string, named: ReadonlySet<string>): boolean {
  return !HOP_BY_HOP.has(name) && !named.has(name) && !name.startsWith(":");
}

export function endToEndHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | readonly string[]> {
  const named = namedByConnection(headers["connection"]);
  const kept: Record<string, string | readonly string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && isEndToEnd(name, named)) kept[name] = value;
  }
  return kept;
}

/** One text of what may have been several headers. */
export function headerText(headers: HeaderValues, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return typeof value === "string" ? value : value.join(", ");
}
