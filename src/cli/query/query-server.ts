import { OperatingError } from "#lib/operating-error";

/** A server that answers queries, and who asks it. */
export interface ServerAccess {
  /** Without `/api/v1` and without credential; may carry a path. */
  readonly url: URL;
  /** Null: nobody in particular. */
  readonly clientId: string | null;
  readonly clientSecret: string;
}

/** Asks a running server over HTTP, as any client of its tenants would. */
export async function* queryServer(
  { url, clientId, clientSecret }: ServerAccess,
  parameters: URLSearchParams,
): AsyncGenerator<Uint8Array> {
  const path = parameters.has("start") ? "query_range" : "query";
  const endpoint = new URL(url);
  endpoint.pathname = `${endpoint.pathname.replace(/\/$/, "")}/api/v1/${path}`;
  const answer = await fetch(endpoint, {
    method: "POST",
    body: parameters,
    headers: clientId === null ? {} : { authorization: basic(clientId, clientSecret) },
    // A redirect would carry the credential elsewhere.
    redirect: "error",
  }).catch((cause: unknown) => {
    throw unreachable(endpoint, cause);
  });
  if (answer.status !== 200) throw refusalOf(answer.status, await answer.text());
  if (answer.body !== null) yield* answer.body as AsyncIterable<Uint8Array>;
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

function unreachable(endpoint: URL, error: unknown): OperatingError {
  // Node's own sentence is «fetch failed»; what happened is its cause.
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OperatingError("query_unreachable", `No answer from ${endpoint.origin}: ${reason}.`);
}

/** The server's sentence, or its status where it has none. */
function refusalOf(status: number, body: string): OperatingError {
  const { error } = asObject(body);
  if (status === 401) {
    const message = "The server does not take the credential: check the client's id and secret.";
    return new OperatingError("query_unauthorized", message);
  }
  const reason = typeof error === "string" ? error : `it answered with status ${status}`;
  return new OperatingError("query_refused", `The server refused the query: ${reason}`);
}

function asObject(text: string): { readonly error?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly error?: unknown };
  } catch {
    return {};
  }
}
