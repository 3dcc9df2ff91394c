/** Single values: text, numbers, switches, durations, sizes, addresses, paths, secrets. */
import { isIP } from "node:net";
import { formatByteSize, parseByteSize } from "#lib/byte-size";
import { formatDuration, parseDuration } from "#lib/duration";
import { Secret } from "#lib/secret";
import { type ConfigNode, isEmptyScalar, type ScalarNode } from "../config-node.ts";
import { type ConfigChecks, INVALID, type Invalid, type Reader, type Schema } from "./schema.ts";

/** A bound of a number, both ends included. */
interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A text that could not be read, and why if there is more to say than what is allowed. */
interface Refusal {
  readonly refusal: string | null;
}

type Parse<T> = (text: string, node: ScalarNode, reader: Reader) => NoInfer<T> | Refusal;

const REFUSED: Refusal = { refusal: null };

function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "refusal" in value;
}

/** The shortest text that tells a reader which value is meant; of URLs without credentials and query. */
function quoteValue(node: ScalarNode): string {
  if (node.interpolated) return "the value from the environment";
  const shown = node.text
    .replaceAll(/\/\/[^/@\s]*@/g, "//<secret>@")
    .replaceAll(/(:\/\/[^?\s]*\?)\S+/g, "$1<secret>");
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 57)}...` : shown);
}

const KIND_IN_WORDS = { map: "a mapping", list: "a list", scalar: "a single value" } as const;

/** Says that something of another kind was expected. Never quotes it: it may hold a secret. */
export function reportKind(
  node: ConfigNode,
  keyPath: string,
  reader: Reader,
  allowed: string,
): Invalid {
  const found = isEmptyScalar(node) ? "nothing" : KIND_IN_WORDS[node.kind];
  reader.report(node.at, keyPath, `expected ${allowed}, found ${found}`);
  return INVALID;
}

function scalar<T>(allowed: string, parse: Parse<T>, mayBeEmpty = false): Schema<T> {
  return {
    allowed,
    shape: { kind: "scalar" },
    read(node, keyPath, reader) {
      if (node.kind === "scalar" && node.unset) return INVALID;
      if (node.kind !== "scalar" || (isEmptyScalar(node) && !mayBeEmpty)) {
        return reportKind(node, keyPath, reader, allowed);
      }
      const value = parse(node.text, node, reader);
      if (!isRefusal(value)) return value;
      const reason = value.refusal ?? `expected ${allowed}, found ${quoteValue(node)}`;
      reader.report(node.at, keyPath, reason);
      return INVALID;
    },
  };
}

/** Any text that is not empty. */
export function text(): Schema<string> {
  return scalar("text that is not empty", (value) => (value === "" ? REFUSED : value));
}

/** Any text; a key with nothing behind it is the empty text, as Prometheus reads it. */
export function anyText(): Schema<string> {
  return scalar<string>("text", (value, node) => (isEmptyScalar(node) ? "" : value), true);
}

/** Text of a given form, in Unicode's composed spelling, so that what looks equal is equal. */
export function pattern(allowed: string, form: RegExp): Schema<string> {
  return scalar(allowed, (value) =>
    form.test(value) && value === value.normalize("NFC") ? value : REFUSED,
  );
}

type Judge = (checks: ConfigChecks, value: string) => string | null;

/** Text that another part judges. */
export function judged(allowed: string, judge: Judge): Schema<string> {
  return scalar<string>(allowed, (value, _node, reader) => {
    const refusal = judge(reader.checks, value);
    return refusal === null ? value : { refusal };
  });
}

export function choice<const Name extends string>(...names: readonly Name[]): Schema<Name> {
  const allowed = names.length === 1 ? (names[0] ?? "") : `one of ${names.join(", ")}`;
  return scalar(allowed, (value) => names.find((name) => name === value) ?? REFUSED);
}

/** As Prometheus' YAML reads booleans, which is how existing files write them. */
const SWITCH: ReadonlyMap<string, boolean> = new Map([
  ...["true", "yes", "on", "y"].map((word) => [word, true] as const),
  ...["false", "no", "off", "n"].map((word) => [word, false] as const),
]);

export function boolean(): Schema<boolean> {
  return scalar("true or false", (value, node) => {
    const found = node.quoted ? undefined : SWITCH.get(value.toLowerCase());
    return found ?? REFUSED;
  });
}

function inRange(value: number, range: Range): boolean {
  return value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
}

function rangeInWords(range: Range, format: (value: number) => string): string {
  const { min, max } = range;
  if (min !== undefined && max !== undefined) return `, from ${format(min)} to ${format(max)}`;
  if (min !== undefined && min !== 0) return `, at least ${format(min)}`;
  return max === undefined ? "" : `, at most ${format(max)}`;
}

export function integer(range: Range = {}): Schema<number> {
  const allowed = `a whole number${rangeInWords(range, String)}`;
  return scalar(allowed, (value, node) => {
    if (node.quoted && !node.interpolated) return REFUSED;
    if (!/^[+-]?\d[\d_]*$/.test(value)) return REFUSED;
    const number = Number(value.replaceAll("_", ""));
    return Number.isSafeInteger(number) && inRange(number, range) ? number : REFUSED;
  });
}

/** Milliseconds. `unit` is what a bare number most likely meant. */
export function duration(range: Range = {}): Schema<number> {
  const allowed = `a duration such as 30s or 1h30m${rangeInWords(range, formatDuration)}`;
  return scalar(allowed, (value, node) => {
    const durationMs = parseDuration(value);
    if (durationMs !== null && inRange(durationMs, range)) return durationMs;
    if (/^\d+$/.test(value) && durationMs === null && !node.interpolated) {
      const meant = inRange(Number(value) * 1000, range) ? `; did you mean ${value}s?` : ";";
      return { refusal: `${value} has no unit${meant} expected ${allowed}` };
    }
    return REFUSED;
  });
}

/** Bytes. */
export function byteSize(range: Range = {}): Schema<number> {
  const allowed = `a size such as 512MB or 2GB${rangeInWords(range, formatByteSize)}`;
  return scalar(allowed, (value, node) => {
    const bytes = parseByteSize(value);
    if (bytes !== null && inRange(bytes, range)) return bytes;
    if (/^\d+$/.test(value) && bytes === null && !node.interpolated) {
      return { refusal: `${value} has no unit; expected ${allowed}` };
    }
    return REFUSED;
  });
}

/** Where to listen. An empty host means every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const LISTEN_ALLOWED = "an address to listen on such as 127.0.0.1:7070, [::1]:7070 or :7070";

export function listenAddress(): Schema<ListenAddress> {
  return scalar(LISTEN_ALLOWED, (value) => parseListenAddress(value) ?? REFUSED);
}

/** Null stands for `off`. */
export function listenAddressOrOff(): Schema<ListenAddress | null> {
  return scalar(`${LISTEN_ALLOWED}, or off`, (value) =>
    value === "off" ? null : (parseListenAddress(value) ?? REFUSED),
  );
}

function parseListenAddress(value: string): ListenAddress | null {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(value);
  if (match === null) return null;
  const [, bracketed, plain = "", digits] = match;
  const port = Number(digits);
  if (port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) return null;
  if (/^[\d.]+$/.test(plain) && isIP(plain) !== 4) return null;
  if (!/^[A-Za-z0-9.-]*$/.test(plain)) return null;
  return { host: bracketed ?? plain, port };
}

/** One address or a range of them, for lists of trusted proxies. */
export function network(): Schema<string> {
  return scalar("an IP address or network such as 10.0.0.0/8 or fd00::/8", (value) => {
    const [address = "", bits, ...rest] = value.split("/");
    const version = isIP(address);
    if (version === 0 || rest.length > 0) return REFUSED;
    const bitsMax = version === 4 ? 32 : 128;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax)
      ? value
      : REFUSED;
  });
}

/** A file or folder; the value is an absolute path. */
export function path(): Schema<string> {
  return scalar("a path", (value, node, reader) =>
    value === "" || value.includes("\0") ? REFUSED : reader.resolvePath(node.at, value),
  );
}

/** The longest path of a Unix socket: `sun_path` is 108 bytes with its closing zero on Linux. */
const SOCKET_PATH_BYTES_MAX = 107;

/** An absolute path, or the word `off`, which no absolute path is. */
export function socketPathOrOff(): Schema<string> {
  const allowed = `the path of a Unix socket, at most ${SOCKET_PATH_BYTES_MAX} bytes, or off`;
  return scalar(allowed, (value, node, reader) => {
    if (value === "off") return "off";
    const absolute = reader.resolvePath(node.at, value);
    return Buffer.byteLength(absolute) <= SOCKET_PATH_BYTES_MAX ? absolute : REFUSED;
  });
}

/** An address of the web. */
export function url(protocols: readonly string[] = ["http", "https"]): Schema<string> {
  const allowed = `a URL that starts with ${protocols.map((name) => `${name}://`).join(" or ")}`;
  return scalar(allowed, (value) => {
    const parsed = URL.parse(value);
    return parsed !== null && protocols.includes(parsed.protocol.slice(0, -1)) ? value : REFUSED;
  });
}

/** Scheme, host and port of an address of the web; the value has no final slash. */
export function origin(): Schema<string> {
  return scalar("an address such as https://metrics.example.com, without a path", (value) => {
    const parsed = URL.parse(value);
    const isWeb = parsed?.protocol === "https:" || parsed?.protocol === "http:";
    return isWeb && parsed.href === `${parsed.origin}/` ? parsed.origin : REFUSED;
  });
}

/** A moment, milliseconds since 1970 UTC. */
export function moment(): Schema<number> {
  const allowed = "a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z";
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
  return scalar(allowed, (value) => {
    const atMs = form.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(atMs) ? REFUSED : atMs;
  });
}

/**
 * Something that must never be printed. A section that holds a secret key `x` also takes `x_file`,
 * the path of a file with the secret.
 */
export function secret(judge: Judge = () => null): Schema<Secret> {
  const allowed = "a secret that is not empty";
  return {
    allowed,
    shape: { kind: "secret" },
    read(node, keyPath, reader) {
      if (node.kind === "scalar" && node.unset) return INVALID;
      if (node.kind !== "scalar" || isEmptyScalar(node) || node.text === "") {
        return reportKind(node, keyPath, reader, allowed);
      }
      const refusal = judge(reader.checks, node.text);
      if (refusal === null) return new Secret(node.text);
      reader.report(node.at, keyPath, refusal);
      return INVALID;
    },
  };
}
