/**
 * Access tokens by the client credentials grant (RFC 6749 §4.4), as Prometheus fetches them: id and
 * secret first as Basic, each form-encoded (§2.3.1), then, if that fails, in the body; what worked is
 * remembered. One token serves all targets of a job and is fetched again 10 s before it expires; a
 * changed secret fetches a new one.
 */
import type { Clock } from "#lib/clock";
import type { OAuth2ClientConfig } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { Dispatchers, type HttpEnvironment } from "./dispatchers.ts";
import { readBounded } from "./read-bounded.ts";
import { readOptionalText } from "./text-source.ts";

const EXPIRY_MARGIN_MS = 10_000;
const ANSWER_BYTES_MAX = 1 << 20;
const FETCH_TIMEOUT_MS = 30_000;

type ClientAuthentication = "header" | "body";

interface AccessToken {
  readonly authorization: string;
  readonly secret: string;
  readonly expiresAtMs: number;
}

export class OAuth2TokenSource implements AsyncDisposable {
  readonly #config: OAuth2ClientConfig;
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #dispatchers: Dispatchers;
  #style: ClientAuthentication | null = null;
  #token: AccessToken | null = null;
  #fetching: { readonly secret: string; readonly token: Promise<AccessToken> } | null = null;

  constructor(
    config: OAuth2ClientConfig,
    deps: { clock: Clock; userAgent: string; http: HttpEnvironment },
  ) {
    this.#config = config;
    this.#clock = deps.clock;
    this.#userAgent = deps.userAgent;
    this.#dispatchers = new Dispatchers(
      {
        tls: config.tls,
        proxy: config.proxy,
        enableHttp2: true,
        connectTimeoutMs: FETCH_TIMEOUT_MS,
        idleTimeoutMs: 1000,
      },
      deps.http,
    );
  }

  /** The value of the Authorization header. Fails with code `scrape_credentials`. */
  async authorization(): Promise<string> {
    const secret = (await readOptionalText(this.#config.clientSecret)) ?? "";
    const token = this.#token;
    if (token !== null && token.secret === secret && this.#isFresh(token)) {
      return token.authorization;
    }
    if (this.#fetching === null || this.#fetching.secret !== secret) this.#startFetch(secret);
    return (await (this.#fetching as { token: Promise<AccessToken> }).token).authorization;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatchers[Symbol.asyncDispose]();
  }

  #isFresh(token: AccessToken): boolean {
    return this.#clock.monotonicMs() < token.expiresAtMs - EXPIRY_MARGIN_MS;
  }

  /** Shared by all who ask meanwhile; a waiter's own time limit does not end it for the others. */
  #startFetch(secret: string): void {
    const fetching = { secret, token: this.#fetch(secret) };
    this.#fetching = fetching;
    const done = (): void => {
      if (this.#fetching === fetching) this.#fetching = null;
    };
    fetching.token.then((token) => {
      this.#token = token;
      done();
    }, done);
  }

  async #fetch(secret: string): Promise<AccessToken> {
    if (this.#style !== null) return await this.#request(secret, this.#style);
    try {
      const token = await this.#request(secret, "header");
      this.#style = "header";
      return token;
    } catch {
      const token = await this.#request(secret, "body");
      this.#style = "body";
      return token;
    }
  }

  async #request(secret: string, style: ClientAuthentication): Promise<AccessToken> {
    const { tokenUrl } = this.#config;
    try {
      const url = new URL(tokenUrl);
      const dispatcher = await this.#dispatchers.pick(url, true);
      const answer = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: "POST",
        headers: this.#headers(secret, style),
        body: this.#form(secret, style).toString(),
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      const text = await readBounded(answer.body, ANSWER_BYTES_MAX);
      if (answer.statusCode < 200 || answer.statusCode > 299) {
        throw new Error(`status ${answer.statusCode}${describeRefusal(text)}`);
      }
      return this.#parse(text, secret);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ScrapeError(
        "scrape_credentials",
        `oauth2: cannot fetch token from ${safeUrl(tokenUrl)}: ${reason}`,
        { cause },
      );
    }
  }

  #headers(secret: string, style: ClientAuthentication): Record<string, string> {
    const headers: Record<string, string> = {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
      "user-agent": this.#userAgent,
    };
    if (style === "header") {
      const pair = `${formEncode(this.#config.clientId)}:${formEncode(secret)}`;
      headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
    }
    return headers;
  }

  #form(secret: string, style: ClientAuthentication): URLSearchParams {
    const { clientId, scopes, endpointParams } = this.#config;
    const form = new URLSearchParams({ grant_type: "client_credentials" });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    for (const [name, value] of Object.entries(endpointParams)) form.set(name, value);
    if (style === "body") {
      form.set("client_id", clientId);
      if (secret !== "") form.set("client_secret", secret);
    }
    return form;
  }

  #parse(text: string, secret: string): AccessToken {
    const answer: unknown = JSON.parse(text);
    const fields = isRecord(answer) ? answer : {};
    if (fields["error"] !== undefined) throw new Error(`refused${describeRefusal(text)}`);
    const value = fields["access_token"];
    if (typeof value !== "string" || value === "") {
      throw new Error("server response missing access_token");
    }
    const type = typeof fields["token_type"] === "string" ? fields["token_type"] : "";
    const scheme = type === "" || type.toLowerCase() === "bearer" ? "Bearer" : type;
    const lifeMs = Number(fields["expires_in"] ?? 0) * 1000;
    return {
      authorization: `${scheme} ${value}`,
      secret,
      expiresAtMs: lifeMs > 0 ? this.#clock.monotonicMs() + lifeMs : Number.POSITIVE_INFINITY,
    };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

/** `error` and `error_description` of the answer: people need them to know what to change. */
function describeRefusal(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (!isRecord(answer)) return "";
    const parts = [answer["error"], answer["error_description"]].filter(
      (part) => typeof part === "string",
    );
    return parts.length === 0 ? "" : `: ${parts.join(": ").slice(0, 500)}`;
  } catch {
    return "";
  }
}

/** Without user, password and query, which may be secret. */
function safeUrl(text: string): string {
  const url = new URL(text);
  return url.origin + url.pathname;
}
