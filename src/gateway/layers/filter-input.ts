import type { InputFilter } from "../config/input-filter.ts";
import type { HeaderValues, Layer, QueryPair } from "../proxy/proxy.ts";

/** Headers that backends get whatever a filter says: they tell who asks through whom. */
const ALWAYS: readonly string[] = [
  "x-forwarded-for",
  "x-forwarded-host",
  "user-agent",
  "x-forwarded-via",
];

/** The backend's own choice of what its endpoint lets through. */
export function filterInput(headers: InputFilter | null, query: InputFilter | null): Layer | null {
  if (headers === null && query === null) return null;
  const keepHeaders = headers === null ? null : headerFilter(headers);
  const keepQuery = query === null ? null : queryFilter(query);
  return (next) => (call) =>
    next({
      ...call,
      headers: keepHeaders?.(call.headers) ?? call.headers,
      query: keepQuery?.(call.query) ?? call.query,
    });
}

function headerFilter(filter: InputFilter): (headers: HeaderValues) => HeaderValues {
  if (filter.kind === "all") return (headers) => headers;
  const listed = filter.kind === "listed" ? filter.names.map((name) => name.toLowerCase()) : [];
  const kept = new Set([...listed, ...ALWAYS]);
  return (headers) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => kept.has(name)));
}

function queryFilter(filter: InputFilter): (query: readonly QueryPair[]) => readonly QueryPair[] {
  if (filter.kind === "all") return (query) => query;
  const kept = new Set(filter.kind === "listed" ? filter.names : []);
  return (query) => query.filter(([name]) => kept.has(name));
}
