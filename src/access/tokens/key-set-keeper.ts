/**
 * The keys of an outside issuer, as they are now. Its key set is asked for when it is older than ten
 * minutes, or when a token names a key that is not in it (the issuer has rotated), but never more
 * often than every ten seconds, so that no token can make us ask at will. While the issuer does not
 * answer, the last set is believed for an hour; what it cannot decide is then refused as something
 * that cannot be checked at present, which is not the same as a wrong token.
 */
import type { createLocalJWKSet, JSONWebKeySet, JWTHeaderParameters } from "jose";
import type { Clock } from "#lib/clock";
import { AccessError } from "../access-error.ts";
import { KEY_SET_AGE_MAX_MS, KEY_SET_COOLDOWN_MS, KEY_SET_STALE_MAX_MS } from "./limits.ts";

type VerifyingKey = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>;

export interface KeySetKeeper {
  /** The key that the header means; null where there is none. Throws `key_set_unavailable`. */
  find(header: JWTHeaderParameters): Promise<VerifyingKey | null>;
}

export interface KeySetKeeperOptions {
  readonly issuer: string;
  /** The set as JSON text; rejects where it cannot be had. */
  load(): Promise<string>;
  readonly clock: Clock;
  /** Hears why a set could not be had, at most once in a cooldown. */
  readonly onError: (error: unknown) => void;
}

interface HeldSet {
  readonly resolve: ReturnType<typeof createLocalJWKSet>;
  readonly loadedAtMs: number;
}

export function createKeySetKeeper(options: KeySetKeeperOptions): KeySetKeeper {
  const { issuer, clock } = options;
  let held: HeldSet | null = null;
  let lastTry: { readonly atMs: number; readonly failed: boolean } | null = null;
  let trying: Promise<void> | null = null;

  const attempt = async (): Promise<void> => {
    const atMs = clock.monotonicMs();
    try {
      const { createLocalJWKSet } = await import("jose");
      const set = JSON.parse(await options.load()) as JSONWebKeySet;
      held = { resolve: createLocalJWKSet(set), loadedAtMs: clock.monotonicMs() };
      lastTry = { atMs, failed: false };
    } catch (cause) {
      lastTry = { atMs, failed: true };
      options.onError(unavailable(issuer, cause));
    }
  };
  /** Asks for the set unless it was asked for a moment ago; those who come together ask once. */
  const refresh = async (): Promise<void> => {
    const isCooling = lastTry !== null && clock.monotonicMs() - lastTry.atMs < KEY_SET_COOLDOWN_MS;
    if (trying === null && isCooling) return;
    trying ??= attempt().finally(() => (trying = null));
    await trying;
  };
  const usable = (): HeldSet => {
    const isTooOld = held === null || clock.monotonicMs() - held.loadedAtMs > KEY_SET_STALE_MAX_MS;
    if (held === null || isTooOld) throw unavailable(issuer);
    return held;
  };

  return {
    find: async (header) => {
      const isOld = held === null || clock.monotonicMs() - held.loadedAtMs > KEY_SET_AGE_MAX_MS;
      if (isOld) await refresh();
      const known = await keyIn(usable(), header);
      if (known !== null) return known;
      await refresh();
      const key = await keyIn(usable(), header);
      if (key === null && lastTry?.failed === true) throw unavailable(issuer);
      return key;
    },
  };
}

/** Keys for encryption, of another kind, or one of several that fit are none. */
async function keyIn(
  { resolve }: HeldSet,
  header: JWTHeaderParameters,
): Promise<VerifyingKey | null> {
  const { errors } = await import("jose");
  try {
    return await resolve(header, { payload: "", signature: "" });
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function unavailable(issuer: string, cause?: unknown): AccessError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  const message = `The key set of the identity provider ${issuer} cannot be had${reason}.`;
  return new AccessError("key_set_unavailable", message, cause);
}
