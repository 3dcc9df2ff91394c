type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * A body as both servers must give it. Left out is what no two runs share: durations in `stats`. The
 * order of an instant vector is nobody's promise, unless the query sorts.
 */
export function comparable(text: string, version: string, sorts: boolean): unknown {
  if (!text.startsWith("{")) return text;
  const body = JSON.parse(text) as { error?: string; data?: { stats?: { timings?: object } } };
  if (Array.isArray(body.data)) body.data = inOrder(body.data) as never;
  const result = (body.data as { resultType?: string; result?: unknown } | undefined)?.result;
  if (Array.isArray(result) && !sorts) Object.assign(body.data ?? {}, { result: inOrder(result) });
  if (body.data?.stats?.timings !== undefined) body.data.stats.timings = {};
  if (body.error !== undefined)
    body.error = body.error.replace(/\[(\{.*\}), (\{.*\})\];/, eitherWay);
  if (version === "2.42" && body.error !== undefined)
    return { ...body, error: wordless(body.error) };
  return body;
}

function inOrder(entries: readonly unknown[]): readonly unknown[] {
  return entries.map((entry) => JSON.stringify(sortedMembers(entry))).toSorted();
}

function sortedMembers(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  const members = Object.entries(entry).map(
    ([name, value]) => [name, sortedMembers(value)] as const,
  );
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of two series that collide, the one that was stored first is named first. */
function eitherWay(_: string, a: string, b: string): string {
  return `[${[a, b].toSorted().join(", ")}];`;
}

/** Prometheus 2.42 words many errors otherwise: that there is one, and which, is what counts. */
function wordless(error: string): string {
  return error === "" ? "" : "…";
}

/** Names and kinds of values, where the values are each server's own. */
export function shapeOf(text: string): unknown {
  return shape(JSON.parse(text) as Json);
}

function shape(value: Json): unknown {
  if (value === null) return "null";
  if (Array.isArray(value))
    return value.length === 0 ? [] : [shape((value as readonly Json[])[0] as Json)];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
}
