/**
 * Signing keys lie in the access database, which is copied into backups and dumps. So that a copy is
 * no licence to make tokens, the private halves in it are sealed (AES-256-GCM) with a key from a file
 * beside it that backups leave out, readable by its owner alone.
 *
 * Who has the database without that file cannot sign, and makes signing keys of its own; what was
 * signed before stays valid, since the public halves are not sealed. So gateways that share a
 * database need not share the file.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AccessError } from "../access-error.ts";

export interface KeySeal {
  /** `context` must be the same when it is opened: a sealed text cannot be moved to another row. */
  seal(secret: Uint8Array, context: string): string;
  /** Null where it was sealed with another file, or for another context, or was changed. */
  open(sealed: string, context: string): Uint8Array | null;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `file` is made where it is missing; null keeps the key in memory. Throws `sealing_key_invalid`. */
export function createKeySeal(file: string | null): KeySeal {
  const key = file === null ? randomBytes(KEY_BYTES) : readOrMake(file);
  /** Tells whose seal it is without trying. */
  const sealId = createHash("sha256").update("gaugeway seal").update(key).digest("base64url");
  return {
    seal: (secret, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      const bytes = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
      return `${sealId}.${bytes.toString("base64url")}`;
    },
    open: (sealed, context) => {
      const [id, text = ""] = sealed.split(".");
      if (id !== sealId) return null;
      const bytes = Buffer.from(text, "base64url");
      const iv = bytes.subarray(0, IV_BYTES);
      const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        const secret = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([secret, decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

function readOrMake(file: string): Buffer {
  try {
    return readKey(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Linked into place whole: a process that starts at the same time must not read half of it.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${randomBytes(KEY_BYTES).toString("base64url")}\n`, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(unfinished);
  }
  return readKey(file);
}

function readKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
  if (key.length === KEY_BYTES) return key;
  throw new AccessError(
    "sealing_key_invalid",
    `${file} does not hold a sealing key: restore it, or remove it to have a new one made.`,
  );
}
