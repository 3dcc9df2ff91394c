/** Variables that stand in for keys of the root: `KRAKEND_PORT` for `port`. */
const PREFIX = "KRAKEND_";
const KEYS = [
  "cache_ttl",
  "debug_endpoint",
  "dialer_timeout",
  "disable_compression",
  "disable_keep_alives",
  "disable_rest",
  "echo_endpoint",
  "idle_connection_timeout",
  "idle_timeout",
  "listen_ip",
  "max_idle_connections_per_host",
  "name",
  "output_encoding",
  "port",
  "read_header_timeout",
  "read_timeout",
  "response_header_timeout",
  "timeout",
  "write_timeout",
];

type Root = Readonly<Record<string, unknown>>;

/** The root with what the environment says in place of what the file says. */
export function withEnvironment(
  root: Root,
  env: Readonly<Record<string, string | undefined>>,
): Root {
  const overrides = KEYS.flatMap((key): [string, unknown][] => {
    const text = env[`${PREFIX}${key.toUpperCase()}`];
    return text === undefined ? [] : [[key, valueOf(text)]];
  });
  return overrides.length === 0 ? root : { ...root, ...Object.fromEntries(overrides) };
}

function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
