import { createPrivateKey, type KeyObject } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { createKeySeal } from "../../src/access/tokens/key-sealing.ts";

/** The installation's own private key, which only its files have: to make tokens wrong in one thing alone. */
export interface StolenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, string>>;
}

export function signingKeyOf(path: string, sealingKeyPath: string): StolenKey {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare("select * from signing_key").get() as Record<string, string>;
  database.close();
  const { id: kid = "", sealed_private_key: sealed = "", public_jwk: jwk = "" } = row;
  const der = createKeySeal(sealingKeyPath).open(sealed, kid);
  if (der === null) throw new Error("the seal does not open");
  return {
    kid,
    privateKey: createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }),
    publicJwk: JSON.parse(jwk) as Readonly<Record<string, string>>,
  };
}
