/**
 * Second line of defence for the log, for values that are not wrapped in `Secret`: whoever logs a
 * whole object does not print its credentials.
 *
 * pino's own redaction copies every record and walks it once for each of its paths, which was half
 * of what a small request cost; this looks once, and copies only what holds a secret.
 */
const SECRET_FIELDS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "password",
  "secret",
  "clientSecret",
  "client_secret",
  "previousSecret",
  "credentials",
  "bearer_token",
  "token",
  "accessToken",
  "access_token",
]);

/** How many objects deep is looked; also ends cycles. */
const DEPTH_MAX = 4;
const SHOWN = "<secret>";

type Fields = Readonly<Record<string, unknown>>;

/** The fields themselves where nothing in them is secret, else a copy without its secrets. */
export function withoutSecrets(fields: Fields): Fields {
  return censored(fields, DEPTH_MAX) as Fields;
}

function censored(value: object, depth: number): object {
  let copy: Record<string, unknown> | null = null;
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    const shown = SECRET_FIELDS.has(name) ? SHOWN : censoredField(field, depth - 1);
    if (shown === field) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[name] = shown;
  }
  return copy ?? value;
}

/** Errors have a serializer, and what has a `toJSON` says itself what it shows. */
function censoredField(field: unknown, depth: number): unknown {
  if (typeof field !== "object" || field === null || depth === 0) return field;
  if (field instanceof Error || ArrayBuffer.isView(field) || "toJSON" in field) return field;
  return censored(field, depth);
}
