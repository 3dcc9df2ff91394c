import { readFile } from "node:fs/promises";
import { getCACertificates } from "node:tls";
import { gunzipSync } from "node:zlib";
import { Agent, type Dispatcher, request } from "undici";
import type { InfluxOptions } from "./influx-options.ts";
import { ERROR_TEXT_BYTES_MAX, REQUEST_TIMEOUT_MS } from "./limits.ts";
import { judgeAnswer, type ServerAnswer, type WriteOutcome } from "./write-outcome.ts";

const REDIRECTS_MAX = 10;

/** Errors that come before the first byte has gone out. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  // The token's file.
  "ENOENT",
  "EACCES",
]);

type Headers = Readonly<Record<string, string>>;

/** The server as batches are written to it. */
export class InfluxClient implements AsyncDisposable {
  readonly #options: InfluxOptions;
  readonly #agent = new Agent({
    connections: 1,
    connect: {
      timeout: REQUEST_TIMEOUT_MS,
      ca: [...getCACertificates("default"), ...getCACertificates("system")],
    },
  });

  constructor(options: InfluxOptions) {
    this.#options = options;
  }

  async write(lines: string, signal: AbortSignal): Promise<WriteOutcome> {
    try {
      const headers = {
        "User-Agent": "InfluxDBClient",
        "Content-Type": this.#options.target.kind === "v1" ? "" : "text/plain; charset=utf-8",
        ...(await this.#authorization()),
        "Accept-Encoding": "gzip",
      };
      const answer = await this.#post(this.#writeUrl(), headers, lines, signal);
      return judgeAnswer(answer, this.#options.target.kind);
    } catch (error) {
      return {
        kind: "failed",
        reason: reasonOf(error),
        retryAfterMs: null,
        mayBeStored: !NEVER_SENT.has(codeOf(error)),
      };
    }
  }

  /** The server's version; fails with what is wrong. */
  async ping(signal: AbortSignal): Promise<string> {
    const url = this.#urlOf("ping", [["wait_for_leader", "1s"]]);
    const answer = await this.#send(url, {
      method: "GET",
      headers: { "User-Agent": "InfluxDBClient", ...(await this.#authorization()) },
      signal,
    });
    const { status, version } = await readAnswer(answer);
    if (status !== 204) throw new Error(`status ${status}`);
    return version;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  async #post(
    url: URL,
    headers: Headers,
    body: string,
    signal: AbortSignal,
  ): Promise<ServerAnswer> {
    let current = url;
    let sent = headers;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#send(current, { method: "POST", headers: sent, body, signal });
      const location = redirectOf(answer);
      if (location === null || redirects === REDIRECTS_MAX) return readAnswer(answer);
      await answer.body.dump();
      const next = new URL(location, current);
      // Credentials are for the host that the configuration names.
      if (next.origin !== url.origin) {
        const { Authorization: _withheld, ...rest } = sent as Headers & { Authorization?: string };
        sent = rest;
      }
      current = next;
    }
  }

  #send(url: URL, options: Omit<Dispatcher.RequestOptions, "path" | "origin">) {
    return request(url, {
      ...options,
      dispatcher: this.#agent,
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
    });
  }

  #writeUrl(): URL {
    const { target } = this.#options;
    if (target.kind === "v2") {
      const org: [string, string][] = target.org === "" ? [] : [["org", target.org]];
      return this.#urlOf("api/v2/write", [["bucket", target.bucket], ...org, ["precision", "s"]]);
    }
    return this.#urlOf("write", [
      ["consistency", ""],
      ["db", target.database],
      ["precision", "s"],
      ["rp", ""],
    ]);
  }

  /** Path and query of the address are kept. */
  #urlOf(path: string, parameters: readonly [string, string][]): URL {
    const url = new URL(this.#options.address);
    url.username = "";
    url.password = "";
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
    for (const [name, value] of parameters) url.searchParams.set(name, value);
    url.searchParams.sort();
    return url;
  }

  async #authorization(): Promise<Headers> {
    const { target } = this.#options;
    if (target.kind === "v1") {
      if (target.username === "") return {};
      const pair = `${target.username}:${target.password.reveal()}`;
      return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
    }
    const { token } = target;
    const value = "value" in token ? token.value.reveal() : await readFile(token.file, "utf8");
    return { Authorization: `Token ${value.trim()}` };
  }
}

/** Other redirects would turn the write into a GET. */
function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | null {
  const { location } = headers;
  return (statusCode === 307 || statusCode === 308) && typeof location === "string"
    ? location
    : null;
}

async function readAnswer({
  statusCode,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<ServerAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (bytes < ERROR_TEXT_BYTES_MAX) chunks.push(chunk);
    bytes += chunk.length;
  }
  const version = headers["x-influxdb-version"];
  return {
    status: statusCode,
    text: textOf(Buffer.concat(chunks), headers["content-encoding"] === "gzip"),
    version: typeof version === "string" ? version : "",
    retryAfterMs: retryAfterOf(headers["retry-after"]),
  };
}

function textOf(bytes: Buffer, isCompressed: boolean): string {
  try {
    const plain = isCompressed
      ? gunzipSync(bytes, { maxOutputLength: ERROR_TEXT_BYTES_MAX * 16 })
      : bytes;
    return plain.toString("utf8", 0, ERROR_TEXT_BYTES_MAX).trim();
  } catch {
    return "";
  }
}

/** Seconds; the date form is not used by these servers. */
function retryAfterOf(header: string | string[] | undefined): number | null {
  return typeof header === "string" && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : null;
  const text = error.message === "" ? (cause?.message ?? error.name) : error.message;
  const code = codeOf(error);
  return text.includes(code) ? text : `${text} (${code})`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
