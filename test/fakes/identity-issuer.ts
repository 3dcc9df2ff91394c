import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type JWTPayload, SignJWT } from "jose";

/** An identity provider on loopback: it signs tokens and shows its keys, well or badly. */
export interface IdentityIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** From now on tokens are signed with a new key; the old ones are shown too, unless told not. */
  rotate(options?: { readonly keepOld: boolean }): void;
  /** What it answers instead of its keys; null: its keys again. */
  misbehave: ((response: ServerResponse) => void) | null;
  /** The set that it shows. */
  keySet(): object;
  /** A token for `aud` gaugeway, good for five minutes from `atMs`, but for what is given. */
  sign(atMs: number, claims?: Claims, header?: Claims): Promise<string>;
}

type Claims = Readonly<Record<string, unknown>>;

interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: object;
}

export async function startIdentityIssuer(): Promise<IdentityIssuer> {
  let keys = [newKey("key-1")];
  let made = 1;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (issuer.misbehave !== null) return issuer.misbehave(response);
    response.setHeader("content-type", "application/jwk-set+json");
    response.end(JSON.stringify(issuer.keySet()));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: IdentityIssuer = {
    issuer: base,
    jwksUrl: `${base}/jwks`,
    asked: () => asked,
    misbehave: null,
    keySet: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    rotate: ({ keepOld } = { keepOld: true }) => {
      made += 1;
      keys = [newKey(`key-${made}`), ...(keepOld ? keys : [])];
    },
    sign: (atMs, claims = {}, header = {}) => {
      const [key] = keys;
      if (key === undefined) throw new Error("no key");
      const seconds = Math.floor(atMs / 1000);
      const payload = {
        iss: base,
        sub: "robot-7",
        aud: "gaugeway",
        iat: seconds,
        exp: seconds + 300,
        scope: "openid metrics.read",
        ...claims,
      } as JWTPayload;
      return new SignJWT(payload)
        .setProtectedHeader({ alg: "ES256", kid: key.kid, ...header })
        .sign(key.privateKey);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return issuer;
}

function newKey(kid: string): IssuerKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicJwk = { ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "ES256" };
  return { kid, privateKey, publicJwk };
}
