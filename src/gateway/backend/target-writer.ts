import type { UrlPiece, UrlTemplate } from "../config/url-template.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";
import { textOf } from "../json/text-of.ts";
import type { ProxyCall, QueryPair } from "../proxy/proxy.ts";

/** Characters that would end the path, start another line, or be none of a URL at all. */
const UNFIT = /[^\x21-\x7e]|["<>\\^`{|}]/g;

/**
 * Path and query of a backend's request. Values stand in the pattern as they came; parameters of
 * the client follow those of the pattern.
 */
export function createTargetWriter(url: UrlTemplate): (call: ProxyCall) => string {
  const [only] = url.pieces;
  const constant = url.pieces.length === 1 && only?.kind === "text" ? escapeUnfit(only.text) : null;
  const hasQuery = url.text.includes("?");
  return (call) => {
    const target =
      constant ?? escapeUnfit(url.pieces.map((piece) => pieceText(piece, call)).join(""));
    if (call.query.length === 0) return target;
    return `${target}${hasQuery ? "&" : "?"}${queryText(call.query)}`;
  };
}

function escapeUnfit(text: string): string {
  return text.replaceAll(UNFIT, (character) => encodeURIComponent(character.toWellFormed()));
}

function pieceText(piece: UrlPiece, call: ProxyCall): string {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "parameter":
      return call.parameters[piece.name] ?? "";
    case "response":
      return textOf(valueAt(call.earlier[piece.backend], piece.path));
    case "claim":
      return textOf(valueAt(call.claims ?? undefined, [piece.name]));
  }
}

/** The value at a dotted path, undefined where there is none. */
export function valueAt(
  object: JsonObject | undefined,
  path: readonly string[],
): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Names in order, as Go encodes a query. */
function queryText(query: readonly QueryPair[]): string {
  const sorted =
    query.length === 1 ? query : query.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replaceAll(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}
