/**
 * The keys that tokens are checked with, from an address or a file. They are read anew after a
 * while, and when a token names a key that is not there, which is how issuers rotate; but a flood of
 * tokens with made-up key ids does not become a flood of requests to the issuer.
 */
import { readFile } from "node:fs/promises";
import { createLocalJWKSet, importJWK, type JSONWebKeySet, type JWTHeaderParameters } from "jose";
import { request } from "undici";
import type { Clock } from "#lib/clock";
import { OperatingError } from "#lib/operating-error";
import type { JwkSource } from "../config/extra/jwt-options.ts";
import { JWK_BYTES_MAX, JWK_REFRESH_MIN_MS, JWK_STALE_MAX_MS, JWK_TIMEOUT_MS } from "../limits.ts";

type Key = Awaited<ReturnType<typeof importJWK>>;

/** The keys of `auth/validator` cannot be read. */
class JwkError extends OperatingError {
  constructor(source: JwkSource, cause: unknown) {
    const place = source.kind === "url" ? source.url : source.path;
    super("gateway_jwk_unavailable", `The keys at ${place} cannot be read: check them.`, { cause });
  }
}

export class JwkKeys {
  readonly #source: JwkSource;
  readonly #clock: Clock;
  #keys: JSONWebKeySet | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<JSONWebKeySet> | null = null;

  constructor(source: JwkSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** The key for a token; rejects where there is none. */
  async keyFor(header: JWTHeaderParameters): Promise<Key> {
    const keys = await this.#current();
    try {
      return await pick(keys, header);
    } catch (error) {
      const canTry = this.#clock.monotonicMs() - this.#triedAtMs >= JWK_REFRESH_MIN_MS;
      if (!canTry) throw error;
      return pick(await this.#refresh(), header);
    }
  }

  async #current(): Promise<JSONWebKeySet> {
    const ageMs = this.#clock.monotonicMs() - this.#readAtMs;
    const freshMs = this.#source.kind === "url" ? this.#source.cacheMs : Number.POSITIVE_INFINITY;
    if (this.#keys !== null && ageMs < freshMs) return this.#keys;
    try {
      return await this.#refresh();
    } catch (error) {
      // An issuer that does not answer for a moment is no reason to lock everybody out.
      if (this.#keys !== null && ageMs < freshMs + JWK_STALE_MAX_MS) return this.#keys;
      throw error;
    }
  }

  #refresh(): Promise<JSONWebKeySet> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<JSONWebKeySet> {
    this.#triedAtMs = this.#clock.monotonicMs();
    try {
      const source = this.#source;
      const text =
        source.kind === "url" ? await fetchText(source.url) : await readFile(source.path, "utf8");
      const keys = JSON.parse(text) as JSONWebKeySet;
      if (!Array.isArray(keys.keys)) throw new Error("there is no list of keys");
      this.#keys = keys;
      this.#readAtMs = this.#clock.monotonicMs();
      return keys;
    } catch (cause) {
      throw new JwkError(this.#source, cause);
    }
  }
}

async function pick(keys: JSONWebKeySet, header: JWTHeaderParameters): Promise<Key> {
  if (!header.alg.startsWith("HS")) return createLocalJWKSet(keys)(header);
  const secrets = keys.keys.filter(
    ({ kty, kid }) => kty === "oct" && (header.kid === undefined || kid === header.kid),
  );
  const [secret] = secrets;
  if (secret === undefined || secrets.length > 1)
    throw new Error("no key, or several, for the token");
  return importJWK(secret, header.alg);
}

async function fetchText(url: string): Promise<string> {
  const signal = AbortSignal.timeout(JWK_TIMEOUT_MS);
  const { statusCode, body } = await request(url, {
    signal,
    headers: { accept: "application/json" },
  });
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    lengthBytes += chunk.length;
    if (lengthBytes > JWK_BYTES_MAX) throw new Error(`more than ${JWK_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  return Buffer.concat(chunks).toString("utf8");
}
