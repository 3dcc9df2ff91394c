/**
 * The keys that sign access tokens (RS256, which every verifier of RFC 9068 tokens must know). They
 * lie in the access database, so that each gateway on it accepts the tokens of all.
 *
 * A key is published some time before it signs, so that verifiers elsewhere have it when the first
 * of its tokens comes; it signs until the next one does; it stays published until the last token
 * that it can have signed has expired. Nothing runs in the background: whoever signs makes the next
 * key when its time has come.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Actor, AuditLog } from "../administration/audit.ts";
import { newRowId } from "../credential/ids.ts";
import type { AccessDatabase, Writer } from "../database/access-database.ts";
import type { Clock } from "#lib/clock";
import type { KeySeal } from "./key-sealing.ts";
import { ACCESS_TOKEN_LIFETIME_MAX_MS, SIGNING_KEY_NOTICE_MAX_MS } from "./limits.ts";

/** What the published set says of a key (RFC 7517). */
export type PublicJwk = Readonly<Record<string, string>>;

export interface SigningKey {
  readonly id: string;
  readonly issuer: string;
  readonly privateKey: KeyObject;
}

export interface VerificationKey {
  readonly id: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
}

export interface SigningKeys {
  /** The key that signs for the issuer now; made where there is none. */
  current(issuer: string): Promise<SigningKey>;
  /** By `kid`; null where there is none. */
  find(id: string): Promise<VerificationKey | null>;
  /** What /.well-known/jwks.json shows, the newest first. */
  published(issuer: string): Promise<readonly PublicJwk[]>;
  /** Forgets all keys, and so ends all tokens; returns how many there were. For when one has leaked. */
  forgetAll(actor: Actor): Promise<number>;
}

export interface SigningKeysDeps {
  readonly database: AccessDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly seal: KeySeal;
  /** How long a key signs. Asked each time, since a reload may change it. */
  readonly rotationMs: () => number;
}

const ACTOR: Actor = { kind: "system", name: "gaugeway" };
const MODULUS_BITS = 2048;

/** A row whose private half may be somebody else's. */
interface StoredKey extends VerificationKey {
  readonly activeFromMs: number;
  readonly publicJwk: PublicJwk;
  /** Null where another gateway's file seals it. */
  readonly privateKey: KeyObject | null;
}

export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { database, clock, audit, rotationMs } = deps;
  const noticeMs = (): number => Math.min(SIGNING_KEY_NOTICE_MAX_MS, rotationMs() / 4);
  let known: { readonly generation: number; readonly keys: readonly StoredKey[] } | null = null;
  /** So that requests that come together do not each make a key. */
  let making: Promise<void> | null = null;

  const load = async (): Promise<readonly StoredKey[]> => {
    const generation = database.generation();
    if (known?.generation === generation) return known.keys;
    const keys = await selectKeys(deps);
    known = { generation, keys };
    return keys;
  };
  const make = (issuer: string, activeFromMs: number): Promise<void> => {
    making ??= insertKey(deps, issuer, activeFromMs).finally(() => (making = null));
    return making;
  };
  const ownKeys = async (issuer: string): Promise<readonly (StoredKey & SigningKey)[]> =>
    (await load()).filter((key): key is StoredKey & SigningKey => {
      return key.issuer === issuer && key.privateKey !== null;
    });
  const current = async (issuer: string): Promise<StoredKey & SigningKey> => {
    const nowMs = clock.nowMs();
    const keys = await ownKeys(issuer);
    const active = keys.find((key) => key.activeFromMs <= nowMs);
    if (active === undefined) {
      await make(issuer, nowMs);
      return current(issuer);
    }
    // Where nobody asked for a token around the end, the key signs on until the next one is known.
    const nextFromMs = Math.max(active.activeFromMs + rotationMs(), nowMs + noticeMs());
    const isLast = keys[0] === active;
    if (isLast && nextFromMs - noticeMs() <= nowMs) await make(issuer, nextFromMs);
    return active;
  };

  return {
    current,
    find: async (id) => (await load()).find((key) => key.id === id) ?? null,
    published: async (issuer) => {
      // A verifier that asks before the first token is issued shall not have to ask again.
      await current(issuer);
      return (await load()).map((key) => key.publicJwk);
    },
    forgetAll: (actor) =>
      database.change(async (writer) => {
        const result = await writer.deleteFrom("signing_key").executeTakeFirst();
        const count = Number(result.numDeletedRows);
        const act = { action: "signing_key.forget", subjectId: "", subjectName: "" } as const;
        await audit.append(writer, { ...act, actor, details: { count } });
        return count;
      }),
  };
}

/** The newest first. */
async function selectKeys({ database, seal }: SigningKeysDeps): Promise<readonly StoredKey[]> {
  const rows = await database.reader
    .selectFrom("signing_key")
    .selectAll()
    .orderBy("active_from_ms", "desc")
    .orderBy("id")
    .execute();
  return rows.map((row) => {
    const publicJwk = JSON.parse(row.public_jwk) as PublicJwk;
    const opened = seal.open(row.sealed_private_key, row.id);
    return {
      id: row.id,
      issuer: row.issuer,
      activeFromMs: row.active_from_ms,
      publicJwk,
      publicKey: createPublicKey({ key: publicJwk, format: "jwk" }),
      privateKey: opened === null ? null : privateKeyOf(opened),
    };
  });
}

function privateKeyOf(der: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
}

async function insertKey(
  deps: SigningKeysDeps,
  issuer: string,
  activeFromMs: number,
): Promise<void> {
  const { clock, seal, audit } = deps;
  const id = newRowId();
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
  const { n = "", e = "" } = pair.publicKey.export({ format: "jwk" });
  const publicJwk: PublicJwk = { kty: "RSA", use: "sig", alg: "RS256", kid: id, n, e };
  const der = pair.privateKey.export({ format: "der", type: "pkcs8" });
  const nowMs = clock.nowMs();
  await deps.database.change(async (writer) => {
    const row = {
      id,
      issuer,
      public_jwk: JSON.stringify(publicJwk),
      sealed_private_key: seal.seal(der, id),
      created_at_ms: nowMs,
      active_from_ms: activeFromMs,
    };
    await writer.insertInto("signing_key").values(row).execute();
    await forgetRetired(writer, nowMs);
    const act = { action: "signing_key.create", subjectId: id, subjectName: issuer } as const;
    await audit.append(writer, { ...act, actor: ACTOR, details: { activeFromMs } });
  });
}

/**
 * Keys whose last token has expired: a newer one of the same issuer and the same seal has signed for
 * longer than a token can live. Without the same seal, another gateway may still sign with it.
 */
async function forgetRetired(writer: Writer, nowMs: number): Promise<void> {
  const rows = await writer
    .selectFrom("signing_key")
    .select(["id", "issuer", "sealed_private_key", "active_from_ms"])
    .execute();
  const groups = Map.groupBy(
    rows,
    (row) => `${row.issuer} ${row.sealed_private_key.split(".")[0]}`,
  );
  for (const group of groups.values()) {
    const inUse = group
      .map((row) => row.active_from_ms)
      .filter((fromMs) => fromMs <= nowMs - ACCESS_TOKEN_LIFETIME_MAX_MS);
    const oldestNeededMs = Math.max(...inUse);
    for (const row of group) {
      if (row.active_from_ms >= oldestNeededMs) continue;
      await writer.deleteFrom("signing_key").where("id", "=", row.id).execute();
    }
  }
}
